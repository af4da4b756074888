// Creates, reads and deletes an environment with the SDK for Java, whose sign-in is MSAL for Java. Prints one line for
// each step. The simulator's settings are in the environment variables of `logic-apps-sandbox settings`.
import com.azure.core.management.AzureEnvironment;
import com.azure.core.management.Region;
import com.azure.core.management.exception.ManagementException;
import com.azure.core.management.profile.AzureProfile;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.resourcemanager.network.NetworkManager;
import com.azure.resourcemanager.resources.ResourceManager;
import com.azure.resourcemanager.resources.fluent.models.GenericResourceInner;
import com.azure.resourcemanager.resources.models.Sku;
import java.util.Map;

class Client {
    static final String GROUP = "group", VERSION = "2019-05-01";
    static final Region LOCATION = Region.US_WEST2;

    public static void main(String[] arguments) {
        var variables = System.getenv();
        var cloud = "https://" + variables.get("ARM_METADATA_HOSTNAME");
        var tenant = variables.get("AZURE_TENANT_ID");
        var credential = new ClientSecretCredentialBuilder()
            .authorityHost(cloud).disableInstanceDiscovery().tenantId(tenant)
            .clientId(variables.get("AZURE_CLIENT_ID")).clientSecret(variables.get("AZURE_CLIENT_SECRET")).build();
        var sandbox = new AzureEnvironment(Map.of(
            "resourceManagerEndpointUrl", cloud, "managementEndpointUrl", cloud, "activeDirectoryEndpointUrl", cloud,
            "microsoftGraphResourceId", cloud));
        var profile = new AzureProfile(tenant, variables.get("AZURE_SUBSCRIPTION_ID"), sandbox);
        var resources = ResourceManager.authenticate(credential, profile).withDefaultSubscription();
        var network = NetworkManager.authenticate(credential, profile);

        resources.resourceGroups().define(GROUP).withRegion(LOCATION).create();
        var definition = network.networks().define("network").withRegion(LOCATION).withExistingResourceGroup(GROUP)
            .withAddressSpace("10.0.0.0/24");
        for (int number = 0; number < 4; number++) {
            var subnet = definition.defineSubnet("subnet-" + number).withAddressPrefix("10.0.0." + 32 * number + "/27");
            definition = (number == 0
                ? subnet.withDelegation("Microsoft.Logic/integrationServiceEnvironments") : subnet).attach();
        }
        var created = definition.create();
        System.out.println("subnets " + created.subnets().size());

        var ids = created.subnets().values().stream().map(subnet -> Map.of("id", subnet.id())).toList();
        var body = new GenericResourceInner();
        body.withSku(new Sku().withName("Premium").withCapacity(0)).withProperties(Map.of("networkConfiguration",
            Map.of("accessEndpoint", Map.of("type", "Internal"), "subnets", ids)));
        body.withLocation(LOCATION.name());
        var id = resources.resourceGroups().getByName(GROUP).id()
            + "/providers/Microsoft.Logic/integrationServiceEnvironments/environment";
        var client = resources.serviceClient().getResources();
        var environment = client.createOrUpdateById(id, VERSION, body);
        System.out.println("environment " + ((Map<?, ?>) environment.properties()).get("provisioningState"));
        System.out.println("resources " + resources.genericResources().listByResourceGroup(GROUP).stream().count());
        client.deleteById(id, VERSION);
        try {
            client.getById(id, VERSION);
        } catch (ManagementException error) {
            System.out.println("deleted " + error.getResponse().getStatusCode());
        }
    }
}
