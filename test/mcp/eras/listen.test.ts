/** `subscriptions/listen`: what is acknowledged, what is told from then on, and how it ends. */

import { expect, test } from 'vitest';
import { INITIALIZE, modern, type RawHost, startRawHost } from '../../support/raw-host.js';

const ID = 'io.modelcontextprotocol/subscriptionId';
const ONE = 'coder://tasks/alice/one';

async function hostWithTask(): Promise<RawHost> {
  const host = await startRawHost();
  await host.t.call('coder_create_task', { input: 'hello', template: 'tasks-demo', name: 'one' });
  return host;
}

const listenTo = (id: unknown, notifications: unknown) => ({
  id,
  method: 'subscriptions/listen',
  params: modern({ notifications }),
});

const acknowledged = (host: RawHost, id: unknown) =>
  host.find(
    ({ method, params }) => method === 'notifications/subscriptions/acknowledged' && Object(params?._meta)[ID] === id,
  );

test('what can be followed is acknowledged, the rest is left out', async () => {
  await using host = await hostWithTask();
  host.say(
    listenTo(0, {
      toolsListChanged: true,
      promptsListChanged: true,
      resourcesListChanged: true,
      resourceSubscriptions: [ONE, 'coder://templates', 'coder://tasks/alice/nobody', 'x', ONE, 7],
    }),
  );
  const { params } = await acknowledged(host, 0);
  expect(params?.notifications).toEqual({ resourcesListChanged: true, resourceSubscriptions: [ONE] });
});

test('changes are told under the id of the listen, each listen for itself', async () => {
  await using host = await hostWithTask();
  host.say(listenTo('a', { resourceSubscriptions: [ONE] }), listenTo('b', { resourcesListChanged: true }));
  await Promise.all([acknowledged(host, 'a'), acknowledged(host, 'b')]);
  await host.t.call('coder_delete_task', { task: 'one', confirm: 'one' });
  const updated = await host.find(({ method }) => method === 'notifications/resources/updated');
  expect(updated.params).toEqual({ uri: ONE, _meta: { [ID]: 'a' } });
  const changed = await host.find(({ method }) => method === 'notifications/resources/list_changed');
  expect(changed.params).toEqual({ _meta: { [ID]: 'b' } });
});

test('a listen across a subscription that fails goes on with the others', async () => {
  await using host = await hostWithTask();
  host.say(listenTo(1, { resourceSubscriptions: ['coder://tasks/alice/nobody', ONE] }));
  await acknowledged(host, 1);
  await host.t.call('coder_delete_task', { task: 'one', confirm: 'one' });
  expect(await host.find(({ method }) => method === 'notifications/resources/updated')).toHaveProperty(
    'params.uri',
    ONE,
  );
});

test('a cancelled listen ends in silence, and its id is free', async () => {
  await using host = await hostWithTask();
  host.say(listenTo(0, { resourceSubscriptions: [ONE] }));
  await acknowledged(host, 0);
  host.say({ method: 'notifications/cancelled', params: { requestId: 0 } });
  await host.t.call('coder_delete_task', { task: 'one', confirm: 'one' });
  await host.settle();
  expect(host.messages.filter(({ id, method }) => id === 0 || method === 'notifications/resources/updated')).toEqual(
    [],
  );
  host.say(listenTo(0, {}));
  await host.find(
    ({ method, params }) =>
      method?.endsWith('acknowledged') === true && !Object(params?.notifications).resourceSubscriptions,
  );
});

test('the end of this process is told to those who listen', async () => {
  await using host = await hostWithTask();
  host.say(listenTo('l', { resourceSubscriptions: [ONE] }));
  await acknowledged(host, 'l');
  host.router.close();
  const { result } = await host.answer('l');
  expect(result).toMatchObject({ resultType: 'complete', _meta: { [ID]: 'l' } });
});

test('after the host has closed its side nothing is told', async () => {
  await using host = await hostWithTask();
  host.say(listenTo('l', { resourceSubscriptions: [ONE] }));
  await acknowledged(host, 'l');
  host.input.end();
  await new Promise((resolve) => host.input.once('close', resolve));
  host.router.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(host.messages.filter(({ id }) => id === 'l')).toEqual([]);
});

test.each([undefined, null, 'x', []])('%j is no wish for notices', async (notifications) => {
  await using host = await startRawHost();
  host.say(listenTo(1, notifications));
  expect(await host.answer(1)).toHaveProperty('error.code', -32_602);
});

test('past 1 024 at once the next is refused, until one has ended', async () => {
  await using host = await startRawHost({ beforeOpen: () => new Promise(() => undefined) });
  host.say(...Array.from({ length: 1_025 }, (_, id) => listenTo(id, {})));
  expect(await host.answer(1_024)).toHaveProperty('error.code', -32_603);
  host.say({ method: 'notifications/cancelled', params: { requestId: 0 } }, listenTo(0, {}));
  await host.settle();
  expect(host.messages.filter(({ id }) => id === 0)).toEqual([]);
});

test('legacy subscriptions and a listen to the same address are told apart', async () => {
  await using host = await hostWithTask();
  await host.ask(0, 'initialize', INITIALIZE);
  await host.ask(1, 'resources/subscribe', { uri: ONE });
  host.say(listenTo('l', { resourceSubscriptions: [ONE] }));
  await acknowledged(host, 'l');
  await host.t.call('coder_delete_task', { task: 'one', confirm: 'one' });
  const isUpdate = (id: unknown) => (message: { method?: string; params?: object }) =>
    message.method === 'notifications/resources/updated' && Object(Object(message.params)._meta)[ID] === id;
  await Promise.all([host.find(isUpdate('l')), host.find(isUpdate(undefined))]);
});
