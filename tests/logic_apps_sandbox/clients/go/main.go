// Creates, reads and deletes an environment with the SDK for Go. Prints one line for each step. The simulator's settings
// are in the environment variables of `logic-apps-sandbox settings`.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/logic/armlogic"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armresources"
)

const group, location = "group", "westus2"

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	address := "https://" + os.Getenv("ARM_METADATA_HOSTNAME")
	here := cloud.Configuration{
		ActiveDirectoryAuthorityHost: address,
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: address, Audience: address},
		},
	}
	client := azcore.ClientOptions{Cloud: here}
	options := &arm.ClientOptions{ClientOptions: client}
	subscription := os.Getenv("AZURE_SUBSCRIPTION_ID")
	credential := must(azidentity.NewClientSecretCredential(
		os.Getenv("AZURE_TENANT_ID"), os.Getenv("AZURE_CLIENT_ID"), os.Getenv("AZURE_CLIENT_SECRET"),
		&azidentity.ClientSecretCredentialOptions{ClientOptions: client, DisableInstanceDiscovery: true}))

	groups := must(armresources.NewResourceGroupsClient(subscription, credential, options))
	must(groups.CreateOrUpdate(ctx, group, armresources.ResourceGroup{Location: to.Ptr(location)}, nil))

	networks := must(armnetwork.NewVirtualNetworksClient(subscription, credential, options))
	body := armnetwork.VirtualNetwork{
		Location: to.Ptr(location),
		Properties: &armnetwork.VirtualNetworkPropertiesFormat{
			AddressSpace: &armnetwork.AddressSpace{AddressPrefixes: []*string{to.Ptr("10.0.0.0/24")}},
		},
	}
	for number := range 4 {
		subnet := &armnetwork.Subnet{
			Name: to.Ptr(fmt.Sprintf("subnet-%d", number)),
			Properties: &armnetwork.SubnetPropertiesFormat{
				AddressPrefix: to.Ptr(fmt.Sprintf("10.0.0.%d/27", 32*number)),
			},
		}
		if number == 0 {
			subnet.Properties.Delegations = []*armnetwork.Delegation{{
				Name: to.Ptr("logic"),
				Properties: &armnetwork.ServiceDelegationPropertiesFormat{
					ServiceName: to.Ptr("Microsoft.Logic/integrationServiceEnvironments"),
				},
			}}
		}
		body.Properties.Subnets = append(body.Properties.Subnets, subnet)
	}
	creating := must(networks.BeginCreateOrUpdate(ctx, group, "network", body, nil))
	network := must(creating.PollUntilDone(ctx, nil))
	fmt.Println("subnets", len(network.Properties.Subnets))

	var subnets []*armlogic.ResourceReference
	for _, subnet := range network.Properties.Subnets {
		subnets = append(subnets, &armlogic.ResourceReference{ID: subnet.ID})
	}
	environments := must(armlogic.NewIntegrationServiceEnvironmentsClient(subscription, credential, options))
	poller := must(environments.BeginCreateOrUpdate(ctx, group, "environment", armlogic.IntegrationServiceEnvironment{
		Location: to.Ptr(location),
		SKU: &armlogic.IntegrationServiceEnvironmentSKU{
			Name: to.Ptr(armlogic.IntegrationServiceEnvironmentSKUNamePremium), Capacity: to.Ptr[int32](0),
		},
		Properties: &armlogic.IntegrationServiceEnvironmentProperties{
			NetworkConfiguration: &armlogic.NetworkConfiguration{
				AccessEndpoint: &armlogic.IntegrationServiceEnvironmentAccessEndpoint{
					Type: to.Ptr(armlogic.IntegrationServiceEnvironmentAccessEndpointTypeInternal),
				},
				Subnets: subnets,
			},
		},
	}, nil))
	created := must(poller.PollUntilDone(ctx, nil))
	fmt.Println("environment", *created.Properties.ProvisioningState)

	_, err := must(armlogic.NewWorkflowRunsClient(subscription, credential, options)).Get(ctx, group, "workflow", "run", nil)
	fmt.Println("runs", status(err))
	must(environments.Delete(ctx, group, "environment", nil))
	_, err = environments.Get(ctx, group, "environment", nil)
	fmt.Println("deleted", status(err))
}

func status(err error) string {
	var response *azcore.ResponseError
	if errors.As(err, &response) {
		return fmt.Sprint(response.StatusCode)
	}
	return fmt.Sprint(err)
}
