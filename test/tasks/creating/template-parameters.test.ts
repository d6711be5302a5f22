import { describe, expect, test } from 'vitest';
import { presetSchema, type RichParameter, richParameterSchema } from '../../../src/coder/wire/schemas.js';
import { badValues, fittingPresets, withoutValue } from '../../../src/tasks/creating/template-parameters.js';

const parameter = (fields: Partial<RichParameter>): RichParameter =>
  richParameterSchema.parse({ name: 'repo', type: 'string', default_value: '', required: false, ...fields });

const preset = (values: Record<string, string>, name = 'Docs') =>
  presetSchema.parse({
    ID: `id-of-${name}`,
    Name: name,
    Parameters: Object.entries(values).map(([Name, Value]) => ({ Name, Value })),
  });

describe('parameters without a value', () => {
  const required = parameter({ required: true });

  test('a required one needs a preset that sets it', () => {
    expect(withoutValue([required], undefined)).toEqual([required]);
    expect(withoutValue([required], preset({}))).toEqual([required]);
    expect(withoutValue([required], preset({ repo: 'docs' }))).toEqual([]);
  });

  test.each([
    ['one with a default', { required: true, default_value: 'docs' }],
    ['one that may be left out', { required: false }],
    ['one that lasts for a single build', { required: true, ephemeral: true }],
    ['the prompt, which old servers fill in themselves', { required: true, name: 'AI Prompt' }],
  ] satisfies [string, Partial<RichParameter>][])('%s needs none', (_what, fields) => {
    expect(withoutValue([parameter(fields)], undefined)).toEqual([]);
  });
});

describe('values that the template refuses', () => {
  const options = ['small', 'large'].map((value) => ({ name: value, description: '', value }));
  test.each([
    ['none of the options', { options }, 'huge', 'none of the options'],
    ['an option', { options }, 'large', undefined],
    ['a list of options', { options, type: 'list(string)' }, '["small","large"]', undefined],
    ['a list with something else in it', { options, type: 'list(string)' }, '["small","huge"]', 'none of the options'],
    ['too large', { type: 'number', validation_min: 1, validation_max: 5 }, '9', 'more than the maximum 5'],
    ['too small', { type: 'number', validation_min: 1 }, '0', 'less than the minimum 1'],
    ['within the limits', { type: 'number', validation_min: 1, validation_max: 5 }, '5', undefined],
    ['no number', { type: 'number' }, 'many', 'no number'],
    ['an empty number', { type: 'number' }, '', 'no number'],
    ['a number without limits', { type: 'number', validation_max: null }, '-3.5', undefined],
    ['no truth value', { type: 'bool' }, 'yes', 'neither true nor false'],
    ['a truth value', { type: 'bool' }, 'false', undefined],
    ['of another form', { validation_regex: '^[a-z]+$' }, 'A1', 'not of the form "^[a-z]+$"'],
    [
      'of another form, in words',
      { validation_regex: '^[a-z]+$', validation_error: 'letters' },
      'A1',
      'refused: "letters"',
    ],
    ['of the form', { validation_regex: '^[a-z]+$' }, 'abc', undefined],
    ['against a pattern that only Go reads', { validation_regex: '(?i)^[a-z]+\\z' }, '1', undefined],
    ['against a pattern that could run for ever', { validation_regex: '^(a+)+$' }, `${'a'.repeat(64)}!`, undefined],
  ] satisfies [string, Partial<RichParameter>, string, string | undefined][])('%s', (_what, fields, value, problem) => {
    const found = badValues([parameter(fields)], preset({ repo: value }));
    expect(found.map((bad) => bad.problem)).toEqual(problem === undefined ? [] : [problem]);
  });

  test('a value for a parameter that the version does not have is left to the server', () => {
    expect(badValues([], preset({ repo: 'docs' }))).toEqual([]);
  });
});

test('presets fit that set every required parameter to a value that is allowed', () => {
  const parameters = [parameter({ required: true }), parameter({ name: 'count', type: 'number', validation_max: 5 })];
  const presets = [
    preset({ repo: 'docs', count: '9' }, 'Too many'),
    preset({ count: '3' }, 'No repo'),
    preset({ repo: 'docs', count: '3' }, 'Docs'),
  ];
  expect(fittingPresets(parameters, presets).map(({ Name }) => Name)).toEqual(['Docs']);
});
