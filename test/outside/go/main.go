// A client on the Go SDK that uses every feature of the server once, and prints one JSON line for each: what, and whether it worked.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

func report(feature string, ok bool, detail string) {
	line, _ := json.Marshal(map[string]any{"feature": feature, "ok": ok, "detail": detail})
	fmt.Println(string(line))
}

func check(feature string, err error) {
	if err != nil {
		report(feature, false, err.Error())
	} else {
		report(feature, true, "")
	}
}

func textOf(result *mcp.CallToolResult) string {
	var text strings.Builder
	for _, content := range result.Content {
		if block, ok := content.(*mcp.TextContent); ok {
			text.WriteString(block.Text)
		}
	}
	return text.String()
}

// Arguments: the revision to ask for (empty: the SDK's default), then the command of the server.
func main() {
	ctx, stop := context.WithTimeout(context.Background(), 60*time.Second)
	defer stop()
	updated := make(chan string, 16)
	progressed := make(chan bool, 64)
	logged := make(chan bool, 64)
	asked := 0
	client := mcp.NewClient(&mcp.Implementation{Name: "go-sdk", Version: "1"}, &mcp.ClientOptions{
		ElicitationHandler: func(context.Context, *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
			asked++
			return &mcp.ElicitResult{Action: "accept", Content: map[string]any{"sure": true}}, nil
		},
		ResourceUpdatedHandler: func(_ context.Context, request *mcp.ResourceUpdatedNotificationRequest) {
			updated <- request.Params.URI
		},
		ProgressNotificationHandler: func(context.Context, *mcp.ProgressNotificationClientRequest) { progressed <- true },
		LoggingMessageHandler:       func(context.Context, *mcp.LoggingMessageRequest) { logged <- true },
	})
	server := exec.Command(os.Args[2], os.Args[3:]...)
	session, err := client.Connect(ctx, &mcp.CommandTransport{Command: server}, &mcp.ClientSessionOptions{ProtocolVersion: os.Args[1]})
	if err != nil {
		report("connect", false, err.Error())
		os.Exit(1)
	}
	defer session.Close()
	revision := session.InitializeResult().ProtocolVersion
	report("connect", true, revision)

	tools, err := session.ListTools(ctx, nil)
	if err == nil && len(tools.Tools) < 10 {
		err = fmt.Errorf("%d tools", len(tools.Tools))
	}
	check("tools", err)

	call := func(name string, args map[string]any) (*mcp.CallToolResult, error) {
		params := &mcp.CallToolParams{Name: name, Arguments: args}
		params.SetProgressToken("token-" + name)
		result, err := session.CallTool(ctx, params)
		if err == nil && result.IsError {
			err = fmt.Errorf("%s", textOf(result))
		}
		return result, err
	}
	created, err := call("coder_create_task", map[string]any{"input": "hello", "template": "claude-code", "name": "one"})
	check("call", err)
	report("structured", err == nil && created.StructuredContent != nil, "")
	select {
	case <-progressed:
		report("progress", true, "")
	case <-time.After(5 * time.Second):
		report("progress", false, "none came")
	}

	uri := "coder://tasks/alice/one"
	resources, err := session.ListResources(ctx, nil)
	found := false
	if err == nil {
		for _, resource := range resources.Resources {
			found = found || resource.URI == uri
		}
	}
	report("resources", found, fmt.Sprint(err))
	templates, err := session.ListResourceTemplates(ctx, nil)
	report("templates", err == nil && len(templates.ResourceTemplates) > 2, fmt.Sprint(err))
	_, err = session.ReadResource(ctx, &mcp.ReadResourceParams{URI: uri})
	check("read", err)
	_, err = session.ReadResource(ctx, &mcp.ReadResourceParams{URI: "coder://tasks/alice/nobody"})
	report("missing", err != nil && strings.Contains(fmt.Sprint(err), "nobody"), fmt.Sprint(err))

	check("prompts", func() error {
		_, err := session.GetPrompt(ctx, &mcp.GetPromptParams{Name: "delegate_task", Arguments: map[string]string{"work": "x"}})
		return err
	}())
	completion, err := session.Complete(ctx, &mcp.CompleteParams{
		Ref:      &mcp.CompleteReference{Type: "ref/prompt", Name: "delegate_task"},
		Argument: mcp.CompleteParamsArgument{Name: "template", Value: "claude"},
	})
	report("completion", err == nil && len(completion.Completion.Values) > 0, fmt.Sprint(err))

	// In the newer revision this call stands open for as long as the subscription does.
	subscribed := make(chan error, 1)
	go func() { subscribed <- session.Subscribe(context.Background(), &mcp.SubscribeParams{URI: uri}) }()
	time.Sleep(time.Second)
	if _, err = call("coder_delete_task", map[string]any{"task": "one"}); err == nil && asked == 0 {
		err = fmt.Errorf("nobody was asked")
	}
	check("elicitation", err)
	select {
	case changed := <-updated:
		report("subscriptions", changed == uri, changed)
	case <-time.After(10 * time.Second):
		report("subscriptions", false, "no notice came")
	}

	_, err = call("coder_create_task", map[string]any{"input": "x slow=60", "template": "claude-code", "name": "slow"})
	brief, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	begun := time.Now()
	_, waitErr := session.CallTool(brief, &mcp.CallToolParams{Name: "coder_wait_for_task", Arguments: map[string]any{"tasks": []string{"slow"}}})
	cancel()
	_, after := call("coder_list_tasks", nil)
	report("cancellation", err == nil && waitErr != nil && after == nil && time.Since(begun) < 10*time.Second, fmt.Sprint(err, after))

	if revision < "2026" {
		err = session.SetLoggingLevel(ctx, &mcp.SetLoggingLevelParams{Level: "debug"})
		if err == nil {
			_, err = call("coder_list_tasks", nil)
		}
		select {
		case <-logged:
			check("logging", err)
		case <-time.After(5 * time.Second):
			report("logging", false, "no message came")
		}
	}
}
