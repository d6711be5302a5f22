/** The examination of a deployment, over real HTTP: what each check says of each kind of trouble. */

import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/coder/errors/errors.js';
import { examine } from '../../src/doctor/examine.js';
import { fault } from '../../src/embedded-coder/index.js';
import { json, portOf, startLoopback, TOKEN, testClient } from '../coder/http/loopback.js';
import { deploy, examined, found } from '../support/examined.js';
import { ManualClock } from '../support/manual-clock.js';

describe('a deployment that works', () => {
  test('is ok in every check, and each names what it saw', async () => {
    await using d = await deploy();
    const examination = await d.examine();
    expect(examination).toMatchObject({ result: 'ok', tasks: 'available', user: 'alice', url: d.deployment.url });
    expect(examination.findings.map(({ check, result }) => `${check} ${result}`)).toEqual([
      'address ok',
      'token ok',
      'version ok',
      'tasks ok',
      'templates ok',
      'organizations ok',
      'clock ok',
      'rate_limit ok',
    ]);
    expect(found(examination, 'token').seen).toBe('of alice, from CODER_SESSION_TOKEN');
    expect(found(examination, 'templates').seen).toContain('tasks-demo');
    expect(found(examination, 'organizations').seen).toBe('you are a member of coder');
    expect(found(examination, 'rate_limit').seen).toMatch(/^\d+ of 512 requests left on a path$/);
  });

  test('costs five requests, all of them reads', async () => {
    await using d = await deploy();
    await d.examine();
    expect(d.deployment.requests).toHaveLength(5);
    expect(d.deployment.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  test.each([
    ['2.29', /no conversation|conversation of a paused task cannot be read/],
    ['2.31.1', /which has everything/],
    ['2.34', /which has everything/],
    ['2.36', /with Tasks switched on/],
  ] as const)('version %s is told apart', async (profile, words) => {
    await using d = await deploy(profile);
    const examination = await d.examine();
    expect(examination.result).toBe('ok');
    expect(found(examination, 'version').seen).toMatch(words);
  });

  test('a limit that is shared by an address is called shared', async () => {
    await using d = await deploy('2.29');
    expect(found(await d.examine(), 'rate_limit').seen).toContain('shared by everybody behind your address');
  });
});

describe('a deployment without tasks', () => {
  test.each([
    ['2.28', 'too_old', 'absent', /too old: the Tasks API came with Coder 2\.29/, /upgrade/],
    ['2.36-off', 'switched_off', 'there', /switched off.* It has Coder Agents instead/, /CODER_ENABLE_AI_TASKS=true/],
    [
      '2.37',
      'switched_off',
      'there',
      /very probably has Tasks switched off/,
      /=true, or use Coder Agents in the dashboard/,
    ],
    ['2.38', 'removed', 'experiment', /removed them in 2\.38.* behind the experiment 'agents'/, /use a deployment/],
  ] as const)(
    '%s says which of the reasons it is, what is there instead, and what to do',
    async (profile, tasks, agents, why, mend) => {
      await using d = await deploy(profile);
      const examination = await d.examine();
      expect(examination).toMatchObject({ result: 'fail', tasks, agents });
      expect(found(examination, 'tasks')).toMatchObject({ result: 'fail', seen: expect.stringMatching(why) });
      expect(found(examination, 'tasks').mend).toMatch(mend);
      expect(found(examination, 'token').result).toBe('ok');
    },
  );
});

describe('an address that leads nowhere', () => {
  test('a port on which nothing listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = portOf(server.address());
    await new Promise((resolve) => server.close(resolve));
    const examination = await examined(`http://127.0.0.1:${port}`);
    expect(examination.findings).toHaveLength(1);
    expect(found(examination, 'address')).toMatchObject({
      result: 'fail',
      seen: expect.stringContaining('(ECONNREFUSED). Nothing listens at this address'),
      mend: 'check the port in CODER_URL, and whether Coder is running',
    });
  });

  test('a web server that is not Coder', async () => {
    await using other = await startLoopback((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html><title>Welcome</title></html>');
    });
    const finding = found(await examined(other.url), 'address');
    expect(finding).toMatchObject({ result: 'fail', seen: expect.stringContaining('is not the Coder API') });
    expect(finding.mend).toContain('the address of the dashboard, without a path');
    expect(JSON.stringify(finding)).not.toContain('Welcome');
  });

  test('a JSON service that is not Coder', async () => {
    await using other = await startLoopback((_request, response) => json(response, 200, { hello: 'world' }));
    expect(found(await examined(other.url), 'address').result).toBe('fail');
  });

  test('an address that redirects says where to', async () => {
    await using other = await startLoopback((_request, response) => {
      response.writeHead(307, { location: 'https://coder.example.com/' });
      response.end();
    });
    expect(found(await examined(other.url), 'address')).toMatchObject({
      result: 'fail',
      seen: expect.stringContaining('points to https://coder.example.com/'),
      mend: 'set CODER_URL to https://coder.example.com',
    });
  });

  test('an https address on a plain port', async () => {
    await using d = await deploy();
    const examination = await examined(d.deployment.url.replace('http:', 'https:'), TOKEN, { clock: d.clock });
    expect(found(examination, 'address').mend).toContain('set CODER_URL to the http address');
  });

  test('a proxy page in front of Coder', async () => {
    await using d = await deploy();
    d.deployment.faults.always('buildInfo', fault.proxyPage(502));
    expect(found(await d.examine(), 'address').seen).toContain('(status 502). Something in front of Coder');
  });

  test('a server that never answers', async () => {
    await using d = await deploy();
    d.deployment.faults.always('buildInfo', fault.hang());
    expect(found(await d.examine(), 'address').seen).toContain('no answer in time');
  });

  test('a path in the address is left out, with a word about it', async () => {
    await using d = await deploy();
    const token = d.deployment.tokens.alice ?? '';
    const examination = await examined(`${d.deployment.url}/tasks/alice`, token, { clock: d.clock });
    expect(examination).toMatchObject({ result: 'warn', tasks: 'available' });
    expect(found(examination, 'address')).toMatchObject({
      result: 'warn',
      mend: `set CODER_URL to ${d.deployment.url}`,
    });
  });
});

describe('configuration that cannot be used', () => {
  test.each([
    ['', TOKEN, 'address', /no Coder deployment is configured/],
    ['coder.example.com', TOKEN, 'address', /does not begin with https/],
    ['https://coder.example.com', '', 'token', /there is no session token/],
    ['https://coder.example.com', 'short', 'token', /CODER_SESSION_TOKEN has 1 part/],
  ] as const)('address %j and token %j', async (url, token, check, words) => {
    const examination = await examined(url, token);
    expect(examination).toMatchObject({ result: 'fail', tasks: 'unknown' });
    expect(examination.findings).toHaveLength(1);
    expect(found(examination, check).seen).toMatch(words);
    expect(found(examination, check).mend).not.toMatch(/^ask the person/);
  });

  test('a certificate file that cannot be read', async () => {
    const setting = 'CODER_CLIENT_TLS_CA_FILE';
    const error = new ConfigError(setting, `the file that ${setting} names cannot be read`, `unset ${setting}`);
    const examination = await examined('https://coder.example.com', TOKEN, { transport: () => Promise.reject(error) });
    expect(found(examination, 'address').seen).toContain(setting);
  });
});

describe('what works less well than it could', () => {
  test('no template that can run tasks', async () => {
    await using d = await deploy();
    d.deployment.faults.always('listTemplates', fault.json(200, []));
    expect(found(await d.examine(), 'templates')).toMatchObject({
      result: 'warn',
      seen: 'none that you may see can run tasks',
    });
  });

  test('templates of one name in two organizations are named with them', async () => {
    await using d = await deploy();
    const template = (id: string, organization_name: string) => ({ id, name: 'agent', organization_name });
    d.deployment.faults.always('listTemplates', fault.json(200, [template('1', 'red'), template('2', 'blue')]));
    expect(found(await d.examine(), 'templates').seen).toBe('2 that can run tasks: red/agent, blue/agent');
  });

  test('an empty list of organizations is told, and is no warning: restricted tokens get one', async () => {
    await using d = await deploy();
    d.deployment.faults.always(/organizations$/, fault.json(200, []));
    expect(found(await d.examine(), 'organizations')).toMatchObject({
      result: 'ok',
      seen: 'none is shown to this token, which says nothing about where you are a member',
    });
  });

  test('a clock that is off is measured', async () => {
    await using d = await deploy();
    const clock = new ManualClock(d.clock.now() - 10 * 60_000);
    const examination = await examined(d.deployment.url, d.deployment.tokens.alice, { clock });
    expect(found(examination, 'clock')).toMatchObject({
      result: 'warn',
      seen: expect.stringMatching(/^this machine is (9|10) min behind Coder/),
    });
    expect(found(examination, 'address').seen).toMatch(/answers in 0 ms, short reads in 0 ms$/);
  });

  test('a rate limit that is nearly used up', async () => {
    await using coder = await startLoopback(({ path }, response) => {
      const headers = { 'x-ratelimit-limit': '512', 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '1' };
      json(response, 200, path.includes('buildinfo') ? { version: 'v2.34.5+1' } : [], headers);
    });
    expect(found(await examined(coder.url), 'rate_limit')).toMatchObject({
      result: 'warn',
      seen: '3 of 512 requests left on a path',
    });
  });

  test('a list that Coder refuses because one task is damaged', async () => {
    await using d = await deploy();
    d.deployment.faults.always(
      'listTasks',
      fault.json(500, { message: 'Internal error converting tasks.', detail: 'task has no workspace ID' }),
    );
    expect(found(await d.examine(), 'tasks').seen).toBe('the list of tasks cannot be read (list_broken, status 500)');
  });
});

test('an examination that is aborted ends with the reason of the abort', async () => {
  await using d = await deploy();
  d.deployment.faults.always('buildInfo', fault.hang());
  await using client = testClient(d.deployment.url);
  const stop = new AbortController();
  const examination = examine(client.coder, stop.signal);
  stop.abort(new Error('enough'));
  await expect(examination).rejects.toThrow('enough');
});
