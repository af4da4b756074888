"""Resource hooks: what the engine calls while it previews and deploys."""
