/** Parameters of a template against the values of a preset: which have none, and which the template refuses. */

import type { Preset, RichParameter } from '../../coder/wire/schemas.js';
import { quotedLine } from '../../text/untrusted.js';

// Servers up to 2.29 fill this one with the task's input themselves (coder-api §3.2).
const PROMPT_PARAMETER = 'AI Prompt';

export interface BadValue {
  readonly parameter: string;
  readonly value: string;
  /** Completes "is …": "more than the maximum 5". */
  readonly problem: string;
}

/** Required parameters that neither the preset nor a default gives a value: a create with it fails (coder-api §3.2 row 18). */
export function withoutValue(parameters: readonly RichParameter[], preset: Preset | undefined): RichParameter[] {
  const set = new Set(preset?.Parameters.map(({ Name }) => Name));
  return parameters.filter(
    ({ name, required, ephemeral, default_value }) =>
      required && !ephemeral && default_value === '' && name !== PROMPT_PARAMETER && !set.has(name),
  );
}

/** Values of the preset that the template's own rules refuse. */
export function badValues(parameters: readonly RichParameter[], preset: Preset | undefined): BadValue[] {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  return (preset?.Parameters ?? []).flatMap(({ Name, Value }) => {
    const parameter = byName.get(Name);
    const problem = parameter && problemOf(parameter, Value);
    return problem === undefined ? [] : [{ parameter: Name, value: Value, problem }];
  });
}

/** The presets with which a create passes the template's rules. */
export function fittingPresets(parameters: readonly RichParameter[], presets: readonly Preset[]): Preset[] {
  return presets.filter(
    (preset) => withoutValue(parameters, preset).length === 0 && badValues(parameters, preset).length === 0,
  );
}

function problemOf(parameter: RichParameter, value: string): string | undefined {
  if (parameter.options.length > 0) return optionProblem(parameter, value);
  if (parameter.type === 'number') return numberProblem(parameter, value);
  if (parameter.type === 'bool') return value === 'true' || value === 'false' ? undefined : 'neither true nor false';
  return parameter.type === 'string' ? patternProblem(parameter, value) : undefined;
}

function optionProblem({ type, options }: RichParameter, value: string): string | undefined {
  const known = new Set(options.map((option) => option.value));
  // A list of several choices is one JSON array.
  const chosen = type === 'list(string)' ? listIn(value) : [value];
  return chosen.every((each) => known.has(each)) ? undefined : 'none of the options';
}

function numberProblem({ validation_min, validation_max }: RichParameter, value: string): string | undefined {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isNaN(number)) return 'no number';
  if (typeof validation_min === 'number' && number < validation_min) return `less than the minimum ${validation_min}`;
  if (typeof validation_max === 'number' && number > validation_max) return `more than the maximum ${validation_max}`;
  return undefined;
}

function patternProblem({ validation_regex, validation_error }: RichParameter, value: string): string | undefined {
  if (!validation_regex || !isPlainPattern(validation_regex)) return undefined;
  if (new RegExp(validation_regex, 'u').test(value)) return undefined;
  return validation_error
    ? `refused: ${quotedLine(validation_error)}`
    : `not of the form ${quotedLine(validation_regex)}`;
}

/** Whether the pattern, written for Go, is one for JavaScript too: with the u flag nearly all that differs is a syntax error. */
function isPlainPattern(pattern: string): boolean {
  // Nested repetition is linear in Go, but may take for ever here; the server checks it anyway.
  if (/[+*}][)\s]*[)][+*{]/.test(pattern)) return false;
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

function listIn(value: string): string[] {
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) ? list.map(String) : [value];
  } catch {
    return [value];
  }
}
