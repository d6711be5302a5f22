/** The shapes that answers share: exact, field by field; nothing that Coder sends leaves but through them. */

import { z } from 'zod';
import { phases, turns } from '../tasks/knowing/phase.js';
import { outcomes } from '../tasks/knowing/reports.js';
import { linkKinds } from '../tasks/links.js';
import { lastMessageGaps } from '../tasks/summary.js';

export const nextCall = z.object({
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  why: z.string(),
});

export const notes = z.array(z.string()).optional();
export const next = z.array(nextCall).optional();
const links = z.array(z.object({ url: z.string(), kind: z.enum(linkKinds).optional() })).optional();

/** One task in the answer of a tool about several: no agent text, no next call. */
export const taskLine = z.object({
  task: z.string(),
  phase: z.enum(phases),
  turn: z.enum(turns),
  since: z.string().optional(),
  outcome: z.enum(outcomes).optional(),
  stalled: z.boolean().optional(),
  links,
});

/** The small summary (behaviour §3.4); what agents wrote stands only under `untrusted`. */
export const briefTask = taskLine.extend({
  inferred: z.boolean().optional(),
  last_message_missing: z.enum(lastMessageGaps).optional(),
  cause: z.string().optional(),
  notes,
  next,
  untrusted: z.object({ report: z.string().optional(), last_message: z.string().optional() }).optional(),
});

/** The large summary: create and get. */
export const fullTask = briefTask.extend({
  id: z.string(),
  display_name: z.string().optional(),
  status: z.string(),
  state: z.object({ state: z.string(), at: z.string(), uri: z.string().optional() }).optional(),
  template: z.string().optional(),
  created_at: z.string(),
  url: z.string(),
});

export type BriefTask = z.output<typeof briefTask>;
export type TaskLine = z.output<typeof taskLine>;

/** One entry of a conversation: agent text, so it stands under `untrusted`. */
export const logEntry = z.object({
  id: z.number(),
  role: z.enum(['agent', 'user']),
  time: z.string(),
  text: z.string(),
  missing_chars: z.number().optional(),
});
