/** The check of the token: refused, restricted or of nobody; and never told. */

import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/coder/errors/errors.js';
import type { Observations } from '../../src/doctor/observe.js';
import { checkOrganizations } from '../../src/doctor/organizations.js';
import { checkTemplates } from '../../src/doctor/templates.js';
import { fault } from '../../src/embedded-coder/index.js';
import { fixedCredentials, testClient } from '../coder/http/loopback.js';
import { deploy, found } from '../support/examined.js';

describe('a token with something wrong about it', () => {
  test('an expired one says since when, and how to get another', async () => {
    await using d = await deploy();
    const token = d.deployment.world.addToken('alice', { lifetimeMs: 1_000 });
    await d.clock.advance(5_000);
    const examination = await d.examine(token);
    expect(examination.result).toBe('fail');
    expect(found(examination, 'token').seen).toMatch(
      /^the token from CODER_SESSION_TOKEN is refused: "?API key expired at ["']2026-/,
    );
    expect(found(examination, 'token').mend).toContain(`coder login ${d.deployment.url}`);
    expect(found(examination, 'address').result).toBe('ok');
    expect(found(examination, 'version').result).toBe('ok');
  });

  test('no report gives a part of it away', async () => {
    await using d = await deploy();
    const token = d.deployment.tokens.alice ?? '';
    const [id = '', secret = ''] = token.split('-');
    for (const tried of [token, `${id}-${'x'.repeat(22)}`, `${'x'.repeat(10)}-${secret}`]) {
      const words = JSON.stringify(await d.examine(tried));
      expect(words).not.toContain(id);
      expect(words).not.toContain(secret);
    }
  });

  test('that of a suspended account', async () => {
    await using d = await deploy();
    const alice = d.deployment.world.userByName('alice');
    if (alice) alice.status = 'suspended';
    expect(found(await d.examine(), 'token').seen).toContain('is not active');
  });

  test('one that sees tasks but not their templates', async () => {
    await using d = await deploy();
    const token = d.deployment.world.addToken('alice', { scopes: ['task:read', 'workspace:read', 'user:read'] });
    await using owner = testClient(d.deployment.url, {
      credentials: fixedCredentials(d.deployment.url, d.deployment.tokens.alice),
      clock: d.clock,
    });
    const [template] = await d.clock.runUntil(owner.coder.listTaskTemplates());
    const version = template?.active_version_id ?? '';
    await d.clock.runUntil(owner.coder.createTask('me', { template_version_id: version, input: 'hello', name: 'one' }));
    expect(found(await d.examine(token), 'token')).toMatchObject({
      result: 'warn',
      seen: expect.stringContaining('seems to lack template:read'),
    });
  });

  test('one that may not read its user', async () => {
    await using d = await deploy();
    d.deployment.faults.always('getUser', fault.notFound());
    const finding = found(await d.examine(), 'token');
    expect(finding).toMatchObject({ result: 'warn', seen: expect.stringContaining('seems to lack user:read') });
    expect(finding.mend).toContain('task:*, workspace:*');
  });

  test('the same on 2.31, where every call about a task then fails', async () => {
    await using d = await deploy('2.31.1');
    d.deployment.faults.always('getUser', fault.notFound());
    expect(found(await d.examine(), 'token').result).toBe('fail');
  });
});

test('a token with exactly the scopes that are recommended is no reason for a warning', async () => {
  await using d = await deploy('2.35');
  const scopes = ['task:*', 'workspace:*', 'template:read', 'template:use', 'user:read'];
  const examination = await d.examine(d.deployment.world.addToken('alice', { scopes }));
  expect(examination.findings.filter(({ result }) => result !== 'ok')).toEqual([]);
  expect(JSON.stringify(examination)).not.toContain('member of none');
});

test('an empty list of organizations or templates proves nothing for a restricted token', () => {
  const observations: Observations = {
    origin: new ConfigError('CODER_URL', 'not looked at', 'not looked at'),
    buildInfo: undefined,
    firstAnswerMs: 0,
    me: undefined,
    organizations: { value: [] },
    tasks: { value: { tasks: [], dropped: 0 } },
    templates: { value: [] },
    clockOffsetMs: 0,
    rateLimit: undefined,
    now: 0,
  };
  for (const check of [checkOrganizations, checkTemplates]) {
    expect(check(observations)).toEqual({ result: 'ok', seen: expect.stringContaining('shown to this token') });
  }
});
