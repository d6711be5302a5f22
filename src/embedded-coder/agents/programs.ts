/** The agents that a template of the embedded deployment may run. */

import { DemoAgent } from './demo-agent.js';
import { plan } from './demo-script.js';
import { plainPlan } from './plain-demo-script.js';
import type { AgentProgram, ProgramHost } from './program.js';
import { recordedTurn } from './recorded-script.js';
import { ScriptedAgent } from './scripted-agent.js';
import { storyTurn } from './story-script.js';
import { TerminalAgent } from './terminal-agent.js';

export const PROGRAMS = {
  /** AgentAPI types the prompt; every turn has the screen for itself. */
  demo: (host) => new DemoAgent(host, { plan, echoes: true }),
  /** As `demo`, in the words of the recordings of 2.30 and 2.33. */
  'plain-demo': (host) => new DemoAgent(host, { plan: plainPlan, echoes: false }),
  /** AgentAPI types the prompt; lines follow on lines. */
  scripted: (host) => new ScriptedAgent(host),
  /** Has the prompt on its command line, 67 columns, and a session that goes on after a pause. */
  cli: (host) => new TerminalAgent(host, recordedTurn),
  /** The same, in the words of the demonstration. */
  story: (host) => new TerminalAgent(host, storyTurn),
} as const satisfies Record<string, (host: ProgramHost) => AgentProgram>;

export type ProgramName = keyof typeof PROGRAMS;
