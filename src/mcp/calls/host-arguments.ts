/** Arguments that hosts add to every call, which nobody who reads the error could leave out: they are taken away with a note. */

interface HostArgument {
  readonly host: string;
  /** Only this value is the host's; any other was written by somebody. */
  readonly value?: string;
}

/** By name; a tool's own argument of that name is never taken away. Each was reported by people whose calls all failed. */
const hostArguments: Readonly<Record<string, HostArgument>> = {
  // cline/cline#9684: the model is told to add it, so a refusal is repeated without end.
  task_progress: { host: 'Cline' },
  // n8n-io/n8n#21716: the workflow's own fields.
  toolCallId: { host: 'n8n' },
  sessionId: { host: 'n8n' },
  chatInput: { host: 'n8n' },
  action: { host: 'n8n', value: 'sendMessage' },
  // Gemini CLI adds it to the schema that it shows the model.
  wait_for_previous: { host: 'Gemini CLI' },
};

/** Which host adds this argument; `undefined` for every other. */
export function addedBy(name: string, value: unknown): string | undefined {
  const found = Object.hasOwn(hostArguments, name) ? hostArguments[name] : undefined;
  return found && (found.value === undefined || found.value === value) ? found.host : undefined;
}
