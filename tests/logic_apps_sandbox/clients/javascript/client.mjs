// Creates, reads, changes and deletes an environment with the SDK for JavaScript. Prints one line for each step.
// The simulator's settings are in the environment variables of `logic-apps-sandbox settings`.
import { ClientSecretCredential } from "@azure/identity";
import { LogicManagementClient } from "@azure/arm-logic";
import { NetworkManagementClient } from "@azure/arm-network";
import { ResourceManagementClient } from "@azure/arm-resources";

const cloud = `https://${process.env.ARM_METADATA_HOSTNAME}`;
const credential = new ClientSecretCredential(
  process.env.AZURE_TENANT_ID, process.env.AZURE_CLIENT_ID, process.env.AZURE_CLIENT_SECRET,
  { authorityHost: cloud, disableInstanceDiscovery: true },
);
const options = { endpoint: cloud, credentialScopes: [`${cloud}/.default`] };
const subscription = process.env.AZURE_SUBSCRIPTION_ID;
const resources = new ResourceManagementClient(credential, subscription, options);
const network = new NetworkManagementClient(credential, subscription, options);
const logic = new LogicManagementClient(credential, subscription, options);

const group = "group", location = "westus2", service = "Microsoft.Logic/integrationServiceEnvironments";
await resources.resourceGroups.createOrUpdate(group, { location });
await network.virtualNetworks.beginCreateOrUpdateAndWait(group, "network", {
  location,
  addressSpace: { addressPrefixes: ["10.0.0.0/24"] },
  subnets: [0, 1, 2, 3].map((number) => ({
    name: `subnet-${number}`,
    addressPrefix: `10.0.0.${32 * number}/27`,
    delegations: number === 0 ? [{ name: "logic", serviceName: service }] : [],
  })),
});
const subnets = [];
for await (const subnet of network.subnets.list(group, "network")) subnets.push({ id: subnet.id });
console.log(`subnets ${subnets.length}`);
const created = await logic.integrationServiceEnvironments.beginCreateOrUpdateAndWait(group, "environment", {
  location,
  sku: { name: "Premium", capacity: 0 },
  properties: { networkConfiguration: { accessEndpoint: { type: "Internal" }, subnets } },
});
console.log(`environment ${created.properties.provisioningState}`);
await logic.workflows.createOrUpdate(group, "workflow", {
  location,
  definition: { triggers: { manual: { type: "Request" } } },
  integrationServiceEnvironment: { id: created.id },
});
const url = await logic.workflowTriggers.listCallbackUrl(group, "workflow", "manual");
console.log(`callback ${url.method}`);
try {
  for await (const run of logic.workflowRuns.list(group, "workflow")) console.log(run.name);
} catch (error) {
  console.log(`runs ${error.statusCode} ${error.code}`);
}
await logic.workflows.delete(group, "workflow");
await logic.integrationServiceEnvironments.delete(group, "environment");
try {
  await logic.integrationServiceEnvironments.get(group, "environment");
} catch (error) {
  console.log(`deleted ${error.statusCode}`);
}
