/** `coder-tasks-mcp demo`: one whole delegation, told step by step, through a real MCP client against the embedded deployment. */

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { argumentWords } from '../tools/wording.js';

interface Step {
  /** What happens, for a newcomer. */
  readonly story: string;
  readonly tool: string;
  readonly args: (task: string) => Record<string, unknown>;
}

const steps: readonly Step[] = [
  {
    story: 'Which templates can run tasks?',
    tool: 'coder_list_task_templates',
    args: () => ({}),
  },
  {
    story: 'Hand over the work: one call, no id to look up.',
    tool: 'coder_create_task',
    args: () => ({
      input: 'Fix the flaky test in the billing module of acme/shop, push a branch and open a pull request',
      template: 'claude-code',
    }),
  },
  {
    story: 'Wait until it is our turn. No polling: the call returns when the agent has something to say.',
    tool: 'coder_wait_for_task',
    args: (task) => ({ tasks: [task] }),
  },
  {
    story: 'It asks something: answer, and wait for its reply in the same call.',
    tool: 'coder_send_task_input',
    args: (task) => ({ task, input: 'Use the fake clock, and keep the public API as it is', reply: true }),
  },
  {
    story: 'Done for today: pausing stops the cost and keeps the disk.',
    tool: 'coder_pause_task',
    args: (task) => ({ task, wait_seconds: 20 }),
  },
  {
    story: 'The next morning: go on.',
    tool: 'coder_resume_task',
    args: (task) => ({ task, wait_seconds: 30 }),
  },
  {
    story: 'The pull request is merged, the user wants the task deleted.',
    tool: 'coder_delete_task',
    args: (task) => ({ task, confirm: task }),
  },
];

/** Prints the whole story to stdout; resolves with the exit code. */
export async function demo({ version }: { readonly version: string }): Promise<number> {
  const program = process.argv[1];
  if (program === undefined) return 1;
  const client = new Client({ name: 'coder-tasks-mcp-demo', version });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, '--demo', '--log-level', 'error'],
    stderr: 'inherit',
  });
  await client.connect(transport);
  try {
    return await tell(client);
  } finally {
    await client.close();
  }
}

async function tell(client: Client): Promise<number> {
  print('A model delegates a job to a coding agent through coder-tasks-mcp.');
  print('The deployment is embedded in the program: nothing leaves this machine. Answers are as the model reads them.');
  let task = '';
  let total = 0;
  for (const [index, { story, tool, args }] of steps.entries()) {
    const call = args(task);
    print(`\n${index + 1}. ${story}\n\n> ${tool}(${argumentWords(call)})\n`);
    const answer = CallToolResultSchema.parse(await client.callTool({ name: tool, arguments: call }));
    const text = answer.content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
    const tokens = Math.round(text.length / CHARACTERS_PER_TOKEN);
    total += tokens;
    print(indented(text));
    print(`\n   about ${tokens} tokens`);
    if (answer.isError) {
      print('\nThis should not have failed. Please report it.');
      return 1;
    }
    task ||= String(answer.structuredContent?.task ?? '');
  }
  print(`\nThe whole delegation: ${steps.length} calls, about ${total} tokens of answers.`);
  return 0;
}

// Of English prose with names and addresses, by the o200k encoding; exact figures are in the benchmark.
const CHARACTERS_PER_TOKEN = 3.8;

function indented(text: string): string {
  return text.replaceAll(/^/gm, '   ');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
