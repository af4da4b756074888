"""The routing of a request to its resource type, after the validation that ARM does before a resource provider.

The order is ARM's: an api-version is given; subscription, namespace, type and resource group exist; a missing
resource is 404 before its api-version is validated; an existing one with an api-version that its type does not have is
400 NoRegisteredProviderFound.
"""

from collections.abc import Callable

from logic_apps_sandbox.arm.core.account import SUBSCRIPTION_ID
from logic_apps_sandbox.arm.core.errors import (
    ArmError,
    method_not_allowed,
    no_such_path,
    not_simulated,
    resource_group_not_found,
    resource_not_found,
)
from logic_apps_sandbox.arm.core.paging import page
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.resource_type import ResourceType
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.resources import filter as resource_filter
from logic_apps_sandbox.arm.resources import registration, subscriptions
from logic_apps_sandbox.arm.resources.groups import refuse_while_deleting
from logic_apps_sandbox.arm.resources.list_items import list_items
from logic_apps_sandbox.arm.server.resource_providers import GROUPS, PROVIDERS, TYPES


def answer(request: Request) -> Response:
    """Serve a request below /subscriptions, /tenants or /providers; raises ArmError for a rejected request."""
    if not request.api_version:
        raise ArmError(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    match [segment.lower() for segment in request.segments]:
        case ["tenants"]:
            return _only_get(request, subscriptions.tenants())
        case ["subscriptions"]:
            return _only_get(request, subscriptions.subscriptions())
        case ["subscriptions", subscription, *rest]:
            if subscription != SUBSCRIPTION_ID:
                raise ArmError(
                    404, "SubscriptionNotFound", f"The subscription '{request.segments[1][:80]}' could not be found."
                )
            return _in_subscription(request, rest)
        case _:
            raise no_such_path(request.segments)


def _in_subscription(request: Request, rest: list[str]) -> Response:
    """Serve ``rest``, the path below the subscription in lower case; ``request.segments`` has the given spelling."""
    match rest:
        case []:
            return _only_get(request, subscriptions.subscription())
        case ["locations"]:
            return _only_get(request, subscriptions.locations())
        case ["resources"]:
            return _list(request, request.session.store.all_resources(), within_type=None)
        case ["resourcegroups", *path]:
            return _on_groups(request, path)
        case ["providers", *path]:
            return _on_providers(request, path)
        case ["operationresults", operation_id]:
            return GROUPS.deletion_result(request, operation_id)
        case _:
            raise no_such_path(request.segments)


def _on_groups(request: Request, path: list[str]) -> Response:
    """Serve ``path``, the part after ``resourceGroups`` in lower case."""
    match path:
        case []:
            return _list(request, request.session.store.resources_of_type(GROUPS.full_name), within_type=GROUPS)
        case [_]:
            return _on_resource(request, ResourceId(request.segments[1], request.segments[3]), GROUPS)
        case [_, "resources"]:
            return _list(request, request.session.store.resources_in(_group(request).id), within_type=None)
        case [_, "providers", namespace, "locations", _, collection] if list_in := _location_list(
            namespace, collection
        ):
            _group(request)
            return _only_get(request, list_in(request, request.segments[7]))
        case [_, "providers", namespace, *below] if below:
            return _in_group(request, _namespace(namespace), below)
        case _:
            raise no_such_path(request.segments)


def _on_providers(request: Request, path: list[str]) -> Response:
    """Serve ``path``, the part after ``providers`` directly below the subscription in lower case."""
    match path:
        case []:
            providers = [_provider(request.session, provider.namespace) for provider in PROVIDERS.values()]
            return _only_get(request, Response(200, {"value": providers}))
        case [namespace]:
            return _only_get(request, Response(200, _provider(request.session, _namespace(namespace))))
        case [namespace, "register" | "unregister" as action]:
            return _on_registration(request, _namespace(namespace), action)
        case [namespace, "locations", location, collection, operation_id] if serve := _location_path(
            namespace, collection
        ):
            return _only_get(request, serve(request, location, operation_id))
        case [namespace, "locations", _, collection] if list_in := _location_list(namespace, collection):
            return _only_get(request, list_in(request, request.segments[5]))
        case [namespace, name]:
            resource_type = _type(request, _namespace(namespace), name)
            _check_api_version(request, resource_type)
            resources = request.session.store.resources_of_type(resource_type.full_name)
            return _list(request, resources, within_type=resource_type)
        case _:
            raise no_such_path(request.segments)


def _in_group(request: Request, namespace: str, path: list[str]) -> Response:
    """Serve a path below a resource group and a namespace.

    ``path`` is what follows the namespace, in lower case: type, name, type, name...; an odd number ends in a
    collection.
    """
    as_spelled = request.segments[6:]
    types, names = path[0::2], as_spelled[1::2]
    _group(request)
    owner = TYPES.get(f"{namespace}/{'/'.join(types[:-1])}".lower())
    if owner and owner.status_collection == types[-1] and len(names) == len(types):
        resource_id = _resource_id(request, namespace, owner.name, names[:-1])
        return _only_get(request, owner.operation_status(request, resource_id, names[-1]))
    if (answered := _act(request, namespace, path)) is not None:
        return answered
    resource_type = _type(request, namespace, "/".join(types))
    resource_id = _resource_id(request, namespace, resource_type.name, names)
    if len(names) == len(types):
        return _on_resource(request, resource_id, resource_type)
    parent = request.session.store.existing(resource_id)
    _check_api_version(request, resource_type)
    return _list(request, request.session.store.children(parent.id, resource_type.full_name), within_type=resource_type)


def _act(request: Request, namespace: str, path: list[str]) -> Response | None:
    """Carry out an action of a type (``ResourceType.actions``); return None if the path has none.

    ``path`` is as for ``_in_group``.
    """
    for length in range(2, len(path), 2):
        resource_type = TYPES.get(f"{namespace}/{'/'.join(path[0:length:2])}".lower())
        if resource_type is None or (found := _action(resource_type, path[length:])) is None:
            continue
        action, method = found
        names = request.segments[6:][1:length:2]
        resource_id = _resource_id(request, namespace, resource_type.name, names)
        existing = request.session.store.resource(resource_id)
        if existing is None:
            raise _missing(request, resource_id)
        _check_api_version(request, resource_type, existing)
        if request.method != method:
            raise method_not_allowed(request.method, f"{resource_type.full_name}/{action}")
        return resource_type.act(request, existing, action)
    return None


def _action(resource_type: ResourceType, below: list[str]) -> tuple[str, str] | None:
    """Return the action that a path below a resource names, and its method."""
    for action, method in resource_type.actions.items():
        pattern = action.split("/")
        if len(pattern) == len(below) and all(a in ("{}", b) for a, b in zip(pattern, below, strict=True)):
            return action, method
    return None


def _on_registration(request: Request, namespace: str, action: str) -> Response:
    if request.method != "POST":
        raise method_not_allowed(request.method, f"{namespace}/{action}")
    if action == "register":
        registration.register(request.session, namespace)
    else:
        registration.unregister(request.session, namespace)
    return Response(200, _provider(request.session, namespace))


def _on_resource(request: Request, resource_id: ResourceId, resource_type: ResourceType) -> Response:
    existing = request.session.store.resource(resource_id)
    if request.method == "PUT":
        _check_place(request, resource_id)
        _check_api_version(request, resource_type, existing)
        registration.require(request.session, resource_type.namespace)
        _check_body(request, resource_type)
        resource_type.check_conditions(request, resource_id, existing)
        kept_id = existing.id if existing else resource_id
        return _recorded(request, resource_id, resource_type.put(request, kept_id, existing))
    if existing is None:
        return _on_missing(request, resource_id)
    _check_api_version(request, resource_type, existing)
    if request.method in {"PATCH", "DELETE"}:
        resource_type.check_conditions(request, resource_id, existing)
    match request.method:
        case "GET":
            return resource_type.get(request, existing)
        case "PATCH":
            _check_body(request, resource_type)
            return _recorded(request, resource_id, resource_type.patch(request, existing))
        case "DELETE":
            return resource_type.delete(request, existing)
        case "HEAD":
            return resource_type.head(request, existing)
        case _:
            raise method_not_allowed(request.method, resource_type.full_name)


def _recorded(request: Request, resource_id: ResourceId, response: Response) -> Response:
    """Record the time of an accepted write, as ARM does, and return its answer."""
    request.session.store.record_change(resource_id, request.session.now)
    return response


def _check_body(request: Request, resource_type: ResourceType) -> None:
    if request.content is None and (error := resource_type.missing_body(request.method)):
        raise error


def _on_missing(request: Request, resource_id: ResourceId) -> Response:
    """Serve any method except PUT for a resource that does not exist; DELETE returns 204."""
    if not resource_id.types:
        raise resource_group_not_found(resource_id.group)
    if request.method == "DELETE":
        return Response(204)
    raise _missing(request, resource_id)


def _missing(request: Request, resource_id: ResourceId) -> ArmError:
    """Return the 404 of a resource; for a child, it names a missing parent."""
    parent = resource_id.parent
    named = parent if parent.types and request.session.store.resource(parent) is None else resource_id
    return resource_not_found(named.relative_name, named.group)


def _check_place(request: Request, resource_id: ResourceId) -> None:
    """Validate that the group of a PUT is not being deleted, and that the parent of a child exists."""
    if not resource_id.types:
        return
    refuse_while_deleting(_group(request))
    parent = resource_id.parent
    if parent.types and request.session.store.resource(parent) is None:
        raise ArmError(
            404,
            "ParentResourceNotFound",
            f"Can not perform requested operation on nested resource. Parent resource '{parent.name}' not found.",
        )


def _group(request: Request) -> Resource:
    """Return the resource group named in the path; raises ArmError ResourceGroupNotFound."""
    group = request.session.store.resource(ResourceId(request.segments[1], request.segments[3]))
    if group is None:
        raise resource_group_not_found(request.segments[3])
    return group


def _namespace(namespace: str) -> str:
    """Return the namespace in Azure's spelling."""
    provider = PROVIDERS.get(namespace)
    if provider is None:
        raise ArmError(404, "InvalidResourceNamespace", f"The resource namespace '{namespace[:80]}' is invalid.")
    return provider.namespace


def _location_list(namespace: str, collection: str) -> Callable[[Request, str], Response] | None:
    provider = PROVIDERS.get(namespace)
    return provider.location_lists.get(collection) if provider else None


def _location_path(namespace: str, collection: str) -> Callable[[Request, str, str], Response] | None:
    provider = PROVIDERS.get(namespace)
    return provider.location_paths.get(collection) if provider else None


def _type(request: Request, namespace: str, name: str) -> ResourceType:
    found = TYPES.get(f"{namespace}/{name}".lower())
    if found is None:
        versions = sorted({version for t in PROVIDERS[namespace.lower()].types for version in t.api_versions})
        raise ArmError(
            404,
            "InvalidResourceType",
            f"The resource type '{name[:200]}' could not be found in the namespace '{namespace}' for api version "
            f"'{request.api_version[:40]}'. The supported api-versions are '{','.join(versions)}'.",
        )
    return found


def _resource_id(request: Request, namespace: str, type_name: str, names: list[str]) -> ResourceId:
    """Return the id with this request's spelling of names and Azure's of types.

    With one type more than names it is that of the collection's parent.
    """
    types = tuple(type_name.split("/"))[: len(names)]
    if not names:
        return ResourceId(request.segments[1], request.segments[3])
    return ResourceId(request.segments[1], request.segments[3], namespace, types, tuple(names))


def _check_api_version(request: Request, resource_type: ResourceType, resource: Resource | None = None) -> None:
    if request.api_version not in resource_type.api_versions:
        raise resource_type.unsupported_api_version(request.api_version, resource.location if resource else "")


def _provider(session: Session, namespace: str) -> Json:
    state = registration.state(session, namespace)
    return subscriptions.provider(namespace, state, PROVIDERS[namespace.lower()].types)


def _list(request: Request, resources: list[Resource], *, within_type: ResourceType | None) -> Response:
    """Return a collection; without a type, ARM's short form of all resources ("Resources - List")."""
    if within_type is None:
        resources = [resource for resource in resources if len(resource.id.types) == 1]
    if text := request.query.get("$filter"):
        if within_type is not None and not within_type.has_filter:
            raise not_simulated(f"{within_type.full_name}?$filter")
        resources = resource_filter.apply(text, resources)
    shown, next_link = page(request, resources)
    if within_type is None:
        documents = list_items(request, shown)
    else:
        documents = [within_type.present(request.session, resource) for resource in shown]
    following = {"nextLink": next_link} if next_link else {}
    return _only_get(request, Response(200, {"value": documents, **following}))


def _only_get(request: Request, response: Response) -> Response:
    if request.method != "GET":
        raise method_not_allowed(request.method, "/" + "/".join(request.segments))
    return response
