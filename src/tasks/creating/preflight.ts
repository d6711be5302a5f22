/** What would make a create fail, found before anything is built: all of it in one error (behaviour §3.1). */

import { CoderError, InputError } from '../../coder/errors/errors.js';
import type { ExternalAuth, Preset, RichParameter } from '../../coder/wire/schemas.js';
import { clipEnd } from '../../text/clip.js';
import { listNames, nameText, nearest } from '../../text/names.js';
import { visibleLine } from '../../text/untrusted.js';
import type { ChoiceContext, ChosenTemplate } from './template-choice.js';
import { badValues, fittingPresets, withoutValue } from './template-parameters.js';
import { loginUrl, missingLogins, readTerms } from './template-terms.js';
import type { Finding } from './template-version.js';

export interface Preflight {
  readonly presetId: string | undefined;
  readonly presetName: string | undefined;
  readonly notes: readonly string[];
  /** Everything that is in the way of a create; it is not in the way of finding a task that is there already. */
  readonly refusal: CoderError | undefined;
}

export interface PreflightWish {
  readonly preset: string | undefined;
  /** The owner, if it is not the token's own user: whose logins cannot be read. */
  readonly otherOwner: string | undefined;
}

const NO_PRESET = 'none';
const MAX_NAMES = 12;
const MAX_PROBLEM_CHARS = 160;

/**
 * The preset to create with, and one error for every finding. Throws an InputError for a preset that is not there, and a
 * CoderError when the presets cannot be read. Parameters and logins that cannot be read block nothing: Coder looks again.
 */
export async function preflight(
  chosen: ChosenTemplate,
  { preset: wanted, otherOwner }: PreflightWish,
  context: ChoiceContext,
): Promise<Preflight> {
  const { coder, host, signal } = context;
  const {
    presetsError,
    presets,
    parameters = [],
    logins = [],
    unread,
  } = await readTerms(coder, chosen.versionId, signal);
  if (presetsError && !isNone(wanted)) throw unknownPresets(presetsError);
  const notes = [...chosen.notes, ...unreadNotes(unread), ...loginNotes(logins, otherOwner)];
  const preset = findPreset(presets ?? [], wanted);
  const fixed = [...chosen.findings, ...(otherOwner === undefined ? loginFindings(logins, coder.url) : [])];
  const fitting = fittingPresets(parameters, presets ?? []);
  const open = presets ? presetFindings(parameters, preset, fitting) : [];
  if (fixed.length === 0 && open.length > 0 && wanted === undefined && fitting.length > 0) {
    const chosenId = await host.choose(
      `The template ${nameText(chosen.template.name)} needs a preset. Which one?`,
      fitting.map(({ ID, Name, Description }) => ({ value: ID, title: titleOf(Name, Description) })),
      signal,
    );
    const answer = fitting.find(({ ID }) => ID === chosenId);
    if (answer) return { presetId: answer.ID, presetName: answer.Name, notes, refusal: undefined };
  }
  const refusal = refusalOf(chosen, [...fixed, ...open]);
  return { presetId: preset?.ID, presetName: preset?.Name || undefined, notes, refusal };
}

function isNone(wanted: string | undefined): boolean {
  return wanted?.trim().toLowerCase() === NO_PRESET;
}

/** The preset is part of what makes a create the same: without it the same call might make a second task. */
function unknownPresets(error: CoderError): CoderError {
  return new CoderError(error.code, 'nothing was created: the presets of the template could not be read', {
    ...error,
    reached: 'no',
    cause: error,
  });
}

function unreadNotes(unread: readonly string[]): string[] {
  return unread.length === 0 ? [] : [`not checked before, since Coder did not give them: ${unread.join(', ')}`];
}

/** By name, else by name in another case, else by id; the template's default where nothing was asked for. */
function findPreset(presets: readonly Preset[], wanted: string | undefined): Preset | undefined {
  if (wanted === undefined) return presets.find((preset) => preset.Default);
  const lower = wanted.trim().toLowerCase();
  const preset =
    presets.find(({ Name }) => Name === wanted) ??
    (lower === NO_PRESET ? undefined : presets.find(({ Name }) => Name.toLowerCase() === lower)) ??
    presets.find(({ ID }) => ID.toLowerCase() === lower);
  if (preset || lower === NO_PRESET) return preset;
  const names = presets.map(({ Name }) => Name);
  throw new InputError({
    argument: 'preset',
    received: wanted,
    expectation: names.length === 0 ? 'left out: this template has no presets' : 'a preset of the template, or none',
    allowed: nearest(wanted, names, names.length),
  });
}

function presetFindings(
  parameters: readonly RichParameter[],
  preset: Preset | undefined,
  fitting: readonly Preset[],
): Finding[] {
  const missing = withoutValue(parameters, preset).map(({ name }) => name);
  const bad = badValues(parameters, preset);
  if (missing.length === 0 && bad.length === 0) return [];
  const chosen = preset ? `the preset ${nameText(preset.Name)}` : 'without a preset';
  const texts = bad.map(({ parameter, value, problem }) =>
    clipEnd(
      `${chosen} sets ${nameText(parameter)} to ${nameText(value)}, which is ${visibleLine(problem)}`,
      MAX_PROBLEM_CHARS,
    ),
  );
  if (missing.length > 0) {
    const names = listNames(missing, MAX_NAMES);
    texts.push(preset ? `${chosen} sets no value for ${names}` : `${chosen} there is no value for ${names}`);
  }
  return [{ code: 'parameters_invalid', text: `${texts.join('; ')}; ${remedy(fitting)}` }];
}

function remedy(fitting: readonly Preset[]): string {
  const [first] = fitting;
  if (!first) {
    return 'no preset would do: a template administrator must add a preset or a default, since the API cannot pass values';
  }
  if (fitting.length === 1) return `the same call with preset: ${nameText(first.Name)} would do`;
  const names = fitting.map(({ Name }) => Name);
  return `the same call with one of these presets would do: ${listNames(names, MAX_NAMES)}`;
}

function loginFindings(logins: readonly ExternalAuth[], origin: string | undefined): Finding[] {
  return missingLogins(logins).map((login) => ({
    code: 'login_missing',
    text: `no login at ${loginName(login)}: log in at ${visibleLine(loginUrl(login, origin))}`,
  }));
}

/** Only their owner's logins can be read with a token (coder-api §7). */
function loginNotes(logins: readonly ExternalAuth[], otherOwner: string | undefined): string[] {
  const needed = logins.filter(({ optional }) => !optional);
  if (otherOwner === undefined || needed.length === 0) return [];
  return [`whether ${otherOwner} is logged in at ${needed.map(loginName).join(', ')} cannot be checked`];
}

function loginName({ display_name, id }: ExternalAuth): string {
  return nameText(display_name || id);
}

function titleOf(name: string, description: string): string {
  const text = clipEnd(visibleLine(description), MAX_PROBLEM_CHARS);
  return visibleLine(name) + (text === '' ? '' : ` (${text})`);
}

/** One error for all findings; its code is theirs where they have one in common. */
function refusalOf({ template }: ChosenTemplate, findings: readonly Finding[]): CoderError | undefined {
  const [first] = findings;
  if (!first) return undefined;
  const isOneKind = findings.every(({ code }) => code === first.code);
  const texts = findings.length === 1 ? first.text : findings.map(({ text }, at) => `(${at + 1}) ${text}`).join('; ');
  return new CoderError(
    isOneKind ? first.code : 'create_blocked',
    `no task was created from ${nameText(template.name)}: ${texts}`,
    { reached: 'no' },
  );
}
