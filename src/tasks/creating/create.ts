/** Creating a task, once: the same call again, also after a lost answer, finds the task that is there (behaviour §3.3). */

import type { NewTask } from '../../coder/client.js';
import { TimeUpError, withDeadline } from '../../coder/deadline.js';
import { CoderError, isCoderError } from '../../coder/errors/errors.js';
import type { Task } from '../../coder/wire/schemas.js';
import { nameText } from '../../text/names.js';
import { cleanInput } from '../agent-input.js';
import { requireRoom } from '../starting.js';
import type { Tasks } from '../tasks.js';
import { type Attempt, type AttemptContext, attemptCreate, unknownAfter } from './attempt.js';
import { anotherName, checkName, derivedNames, readDisplayName } from './name.js';
import { holderWords, isSameBrief, type LookContext, takenError } from './name-taken.js';
import { findOwner, type Owner, type OwnerContext } from './owner.js';
import { type Preflight, preflight } from './preflight.js';
import { type RecentTask, recentBeside } from './recent.js';
import {
  type ChoiceContext,
  type Chooser,
  type ChosenTemplate,
  chooseTemplate,
  type TemplateWish,
} from './template-choice.js';
import { found } from './template-version.js';

export interface CreateWish extends TemplateWish {
  readonly input: string;
  readonly preset?: string | undefined;
  readonly name?: string | undefined;
  readonly display_name?: string | undefined;
  readonly owner?: string | undefined;
}

export interface CreateContext extends ChoiceContext, OwnerContext, LookContext {
  readonly tasks: Pick<Tasks, 'created' | 'me' | 'memory'>;
  readonly host: Chooser & { readonly maxWaitSeconds: number };
  progress(message: string): void;
}

/** The same, with the time by which the call must have ended, by the clock. */
interface TimedContext extends CreateContext, AttemptContext {
  /** Called before the request that creates a task of this name. */
  onPost(name: string): void;
}

export interface Creation {
  readonly task: Task;
  /** False: it was there before this call. */
  readonly created: boolean;
  readonly preset: string | undefined;
  readonly notes: readonly string[];
  /** My other young tasks from this template whose prompts share most of their words with this one. */
  readonly recent: readonly RecentTask[];
  /** A free name for a second task with this brief; where the first one was there already. */
  readonly otherName: string | undefined;
}

/** What is settled before the first attempt. */
interface Plan {
  readonly owner: Owner;
  readonly chosen: ChosenTemplate;
  readonly ready: Preflight;
  readonly input: string;
  readonly displayName: string | undefined;
  readonly givenName: string | undefined;
}

// Hosts cut a call at its cap: the answer must be out before. What became of a request is looked for until shortly before that.
const MARGIN_MS = 1_000;
const LOOK_MARGIN_MS = 2_000;
// A cap on waits is no cap on the request itself; no host cuts a call earlier.
const LEAST_CALL_MS = 5_000;

/**
 * The task of this brief, made now or before. Errors: InputError for what cannot be meant; CoderError for what stands in
 * the way (nothing is built then), for a given name that something else has, and for an answer that was lost for good.
 */
export async function createTask(wish: CreateWish, untimed: CreateContext): Promise<Creation> {
  const { clock, host, signal } = untimed;
  const capMs = Math.max(LEAST_CALL_MS, host.maxWaitSeconds * 1_000);
  const deadline = clock.now() + capMs - LOOK_MARGIN_MS;
  let posted: string | undefined;
  const onPost = (name: string) => {
    posted = name;
  };
  try {
    return await withDeadline(clock, capMs - MARGIN_MS, signal, (stop) =>
      createWithin(wish, { ...untimed, signal: stop, deadline, onPost }),
    );
  } catch (error) {
    if (!(error instanceof TimeUpError)) throw error;
    throw posted === undefined ? notInTime(error) : unknownAfter(posted, error);
  }
}

/** Coder has not answered what has to be known before a create. */
function notInTime(cause: unknown): CoderError {
  const words = 'nothing was created: Coder did not answer in time what the task would be made of';
  return new CoderError('timeout', words, { reached: 'no', cause });
}

async function createWithin(wish: CreateWish, context: TimedContext): Promise<Creation> {
  const { tasks } = context;
  const { text: input, notes: inputNotes } = cleanInput(wish.input);
  const displayName = readDisplayName(wish.display_name);
  if (wish.name !== undefined) checkName(wish.name);
  const owner = await findOwner(wish.owner, context);
  // First of all, since a deployment without Tasks says so here, before anybody is asked to choose.
  const mine = await tasksOf(owner, context);
  const chosen = await chooseTemplate(wish, context);
  const otherOwner = owner.isMe ? undefined : owner.name;
  const ready = await preflight(chosen, { preset: wish.preset, otherOwner }, context);
  const plan = { owner, chosen, ready, input, displayName, givenName: wish.name };
  const creation = await context.policy.oneStartAtATime(() => carryOut(plan, mine, context));
  tasks.memory.see(creation.task);
  if (creation.created) tasks.created.add(creation.task.id);
  if (creation.otherName !== undefined) tasks.created.offer(creation.otherName, creation.task.name);
  return { ...creation, notes: [...inputNotes, ...creation.notes] };
}

async function carryOut(plan: Plan, known: readonly Task[] | undefined, context: TimedContext): Promise<Creation> {
  const { owner, givenName } = plan;
  const listed = context.policy.rules.maxActiveTasks === undefined ? known : await tasksOf(owner, context);
  const names = givenName === undefined ? namesFor(plan) : [givenName];
  const before = await findBefore(names, listed, plan, context);
  const mine = listed ?? [];
  if (before) return existing(before, plan, mine, [], context);
  if (plan.ready.refusal) throw plan.ready.refusal;
  await requireRoom(context, undefined);
  const notes: string[] = [];
  for (const name of names) {
    const attempt = await attemptTwice(name, plan, context);
    if (attempt.kind === 'created') return created(attempt, plan, mine, notes, context);
    const { holder } = attempt;
    // It may be this brief's own task: another name would make a second one.
    if (holder.kind === 'unseen') throw takenError(owner, name, holder, attempt.cause);
    if (holder.kind === 'same') return existing(holder.task, plan, mine, [...notes, ...attempt.notes], context);
    if (givenName !== undefined) throw takenError(owner, name, holder, attempt.cause);
    notes.push(`the name ${name} is taken ${holderWords(holder)}`);
  }
  throw new CoderError('name_taken', `every name for this brief is taken: ${notes.join('; ')}`, { reached: 'no' });
}

function namesFor({ chosen, ready, input, displayName }: Plan): readonly string[] {
  return derivedNames({ templateId: chosen.template.id, presetName: ready.presetName, input, displayName });
}

/** The owner's live tasks. Only under a limit must they be known; else they are a help that may be missing. */
async function tasksOf(
  { user }: Owner,
  { coder, policy, signal }: CreateContext,
): Promise<readonly Task[] | undefined> {
  try {
    return (await coder.listTasks({ owner: user }, { signal })).tasks;
  } catch (error) {
    const isNeeded =
      policy.rules.maxActiveTasks !== undefined || isCoderError(error, 'tasks_unavailable', 'unauthorized');
    if (isNeeded || !(error instanceof CoderError)) throw error;
    return undefined;
  }
}

/** The task of an earlier call; also under a later name, which that call took because the first was taken then. */
async function findBefore(
  names: readonly string[],
  mine: readonly Task[] | undefined,
  { owner, input }: Plan,
  { coder, signal }: CreateContext,
): Promise<Task | undefined> {
  if (!mine) {
    // Only "not found" means that a name is free of this brief; what cannot be read may be its task.
    const reads = names.map((name) => found(coder.getTask({ user: owner.user, task: name }, { signal })));
    return (await Promise.all(reads)).find((task) => task && isSameBrief(task, input));
  }
  const lower = names.map((name) => name.toLowerCase());
  const before = mine.find((task) => lower.includes(task.name.toLowerCase()) && isSameBrief(task, input));
  return before && found(coder.getTask({ user: 'me', task: before.id }, { signal }));
}

/** What held the name and cannot be seen is mostly a deletion that has just ended: then the name is free now. */
async function attemptTwice(name: string, plan: Plan, context: TimedContext): Promise<Attempt> {
  const first = await attempting(name, plan, context);
  const isGone = first.kind === 'taken' && first.holder.kind === 'unseen';
  return isGone ? attempting(name, plan, context) : first;
}

async function attempting(name: string, plan: Plan, context: TimedContext): Promise<Attempt> {
  const { owner, chosen, ready, input, displayName } = plan;
  context.progress(`creating ${owner.name}/${name} from ${nameText(chosen.template.name)}`);
  const body: NewTask = {
    template_version_id: chosen.versionId,
    input,
    name,
    ...(ready.presetId !== undefined && { template_version_preset_id: ready.presetId }),
    ...(displayName !== undefined && { display_name: displayName }),
  };
  context.onPost(name);
  try {
    return await attemptCreate(owner.user, name, body, context);
  } catch (error) {
    throw isCoderError(error, 'not_found') ? unknownOwner(owner, error) : error;
  }
}

/** Coder answers alike for a user who is not there, one outside the template's organization, and a token that may not see them. */
function unknownOwner({ isMe, name }: Owner, error: CoderError): CoderError {
  return isMe
    ? new CoderError('forbidden', 'you may not create tasks here; the token may lack the scope user:read', {
        ...error,
        cause: error,
      })
    : new CoderError('user_not_found', `no user ${name} for whom you may create tasks`, { ...error, cause: error });
}

/** The answer is compared with the request: success is said only of what was confirmed. */
function created(
  { task, notes: found }: Extract<Attempt, { kind: 'created' }>,
  { owner, chosen, ready }: Plan,
  mine: readonly Task[],
  notes: readonly string[],
  { coder, tasks }: CreateContext,
): Creation {
  const isOther = owner.id !== task.owner_id && owner.name.toLowerCase() !== task.owner_name.toLowerCase();
  const surprises = [
    task.template_version_id !== chosen.versionId && 'Coder made it from another template version than was asked for',
    isOther && owner.name !== 'me' && `Coder made it for ${task.owner_name}, not for ${owner.name}`,
  ].filter((note) => note !== false);
  return {
    task,
    created: true,
    preset: ready.presetName,
    notes: [...ready.notes, ...notes, ...found, ...surprises],
    recent: recentBeside(task, mine, { now: coder.now(), createdHere: tasks.created }),
    otherName: undefined,
  };
}

function existing(
  task: Task,
  { chosen, ready }: Plan,
  mine: readonly Task[],
  notes: readonly string[],
  { tasks }: CreateContext,
): Creation {
  const isOther = task.template_id !== chosen.template.id;
  const isOlder = !isOther && task.template_version_id !== chosen.versionId;
  return {
    task,
    created: false,
    preset: undefined,
    notes: [
      ...ready.notes,
      ...notes,
      ...(isOther ? [`it runs from the template ${nameText(task.template_name)}`] : []),
      ...(isOlder ? ['it runs from another version of the template'] : []),
    ],
    recent: [],
    otherName: anotherName(
      task.name,
      mine.map(({ name }) => name),
      tasks.created.offered,
    ),
  };
}
