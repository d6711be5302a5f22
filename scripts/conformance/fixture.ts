/**
 * The router of this program before the tools, resources and prompts that the conformance suite asks for by name: what the
 * suite finds here is true of every tool that stands behind the router.
 */

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { completable } from '@modelcontextprotocol/sdk/server/completable.js';
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  type ContentBlock,
  type ElicitRequestFormParams,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { Answers, capabilities } from '../../src/mcp/eras/answers.js';
import { Router } from '../../src/mcp/eras/router.js';

// One red pixel, and a tenth of a second of silence.
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const text = (words: string): ContentBlock => ({ type: 'text', text: words });
const image: ContentBlock = { type: 'image', data: PNG, mimeType: 'image/png' };
const audio: ContentBlock = { type: 'audio', data: WAV, mimeType: 'audio/wav' };
const embedded = (uri: string, words: string, mimeType = 'text/plain'): ContentBlock => ({
  type: 'resource',
  resource: { uri, mimeType, text: words },
});

type Fields = ElicitRequestFormParams['requestedSchema']['properties'];

const plainTools: Readonly<Record<string, readonly ContentBlock[]>> = {
  test_simple_text: [text('This is a simple text response for testing.')],
  test_image_content: [image],
  test_audio_content: [audio],
  test_embedded_resource: [embedded('test://embedded-resource', 'This is an embedded resource content.')],
  test_multiple_content_types: [
    text('Multiple content types test:'),
    image,
    embedded('test://mixed-content-resource', '{"test":"data","value":123}', 'application/json'),
  ],
};

const forms: Readonly<Record<string, Fields>> = {
  test_elicitation: {
    username: { type: 'string', description: "User's response" },
    email: { type: 'string', description: "User's email address" },
  },
  test_input_required_result_elicitation: { name: { type: 'string' } },
  test_elicitation_sep1034_defaults: {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  },
  test_elicitation_sep1330_enums: {
    untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    titledSingle: {
      type: 'string',
      oneOf: ['value1', 'value2', 'value3'].map((value) => ({ const: value, title: value })),
    },
    legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
    untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
    titledMulti: {
      type: 'array',
      items: { anyOf: ['value1', 'value2', 'value3'].map((value) => ({ const: value, title: value })) },
    },
  },
};

function makeServer(): McpServer {
  const server = new McpServer({ name: 'fixture', version: '1' }, { capabilities });
  for (const [name, content] of Object.entries(plainTools)) {
    server.registerTool(name, { description: name }, () => ({ content: [...content] }));
  }
  for (const [name, properties] of Object.entries(forms)) {
    server.registerTool(
      name,
      { description: name, inputSchema: { message: z.string().optional() } },
      async ({ message }) => {
        const answer = await server.server.elicitInput({
          mode: 'form',
          message: message ?? 'Please answer',
          requestedSchema: { type: 'object', properties, required: [] },
        });
        return { content: [text(`User response: ${JSON.stringify(answer)}`)] };
      },
    );
  }
  server.registerTool('test_error_handling', { description: 'Fails' }, () => ({
    content: [text('This tool intentionally returns an error for testing')],
    isError: true,
  }));
  server.registerTool('test_tool_with_logging', { description: 'Logs' }, async (extra) => {
    for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await extra.sendNotification({ method: 'notifications/message', params: { level: 'info', data } });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { content: [text('Tool with logging executed successfully')] };
  });
  server.registerTool('test_tool_with_progress', { description: 'Tells how far it is' }, async (extra) => {
    const progressToken = extra._meta?.progressToken ?? 0;
    for (const progress of [0, 50, 100]) {
      await extra.sendNotification({
        method: 'notifications/progress',
        params: { progressToken, progress, total: 100 },
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { content: [text(String(progressToken))] };
  });
  registerResources(server);
  registerPrompts(server);
  return server;
}

function registerResources(server: McpServer): void {
  const words = { mimeType: 'text/plain' };
  server.registerResource('static-text', 'test://static-text', words, ({ href: uri }) => ({
    contents: [{ uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }],
  }));
  server.registerResource('static-binary', 'test://static-binary', { mimeType: 'image/png' }, ({ href: uri }) => ({
    contents: [{ uri, mimeType: 'image/png', blob: PNG }],
  }));
  server.registerResource('watched-resource', 'test://watched-resource', words, ({ href: uri }) => ({
    contents: [{ uri, mimeType: 'text/plain', text: 'Watched resource content' }],
  }));
  const template = new ResourceTemplate('test://template/{id}/data', { list: undefined });
  const json = { mimeType: 'application/json' };
  server.registerResource('template', template, json, ({ href: uri }, { id }) => ({
    contents: [
      {
        uri,
        mimeType: 'application/json',
        text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
      },
    ],
  }));
  server.server.setRequestHandler(SubscribeRequestSchema, () => ({}));
  server.server.setRequestHandler(UnsubscribeRequestSchema, () => ({}));
}

function registerPrompts(server: McpServer): void {
  const said = (...contents: readonly ContentBlock[]) => ({
    messages: contents.map((content) => ({ role: 'user' as const, content })),
  });
  server.registerPrompt('test_simple_prompt', { description: 'Simple' }, () =>
    said(text('This is a simple prompt for testing.')),
  );
  const argsSchema = { arg1: completable(z.string(), () => ['paris', 'park', 'party']), arg2: z.string() };
  server.registerPrompt('test_prompt_with_arguments', { description: 'With arguments', argsSchema }, ({ arg1, arg2 }) =>
    said(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'With a resource', argsSchema: { resourceUri: z.string() } },
    ({ resourceUri }) =>
      said(embedded(resourceUri, 'Embedded resource content for testing.'), text('Please process it.')),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'With an image' }, () =>
    said(image, text('Please analyze the image above.')),
  );
}

const [ours, theirs] = InMemoryTransport.createLinkedPair();
const reader = new Client({ name: 'lists', version: '1' });
await Promise.all([makeServer().connect(ours), reader.connect(theirs)]);
const [{ tools }, { prompts }, { resourceTemplates }] = await Promise.all([
  reader.listTools(),
  reader.listPrompts(),
  reader.listResourceTemplates(),
]);

new Router({
  input: process.stdin,
  output: process.stdout,
  answers: new Answers('0.0.0-fixture', () => ({ instructions: '', tools, prompts, resourceTemplates })),
  open: async () => makeServer(),
  scrub: (line) => line,
  warn: (words) => process.stderr.write(`${words}\n`),
}).start();
process.stdin.once('end', () => process.exit());
