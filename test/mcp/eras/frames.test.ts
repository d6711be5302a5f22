/** What a line is: messages in the odd forms that hosts send, and what is no message at all. */

import { expect, test } from 'vitest';
import { framesIn } from '../../../src/mcp/eras/frames.js';

const read = (text: string) => {
  const frames = framesIn({ text, bytes: text.length });
  return frames?.batch ? frames.frames : frames?.frame;
};
const call = (args: unknown) =>
  read(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', arguments: args } }));

test.each(['', ' ', '\r', '\uFEFF'])('a blank line %j is nothing', (text) => {
  expect(read(text)).toBeUndefined();
});

test.each([
  ['\uFEFF{"jsonrpc":"2.0","id":1,"method":"ping"}', { id: 1 }],
  ['{"jsonrpc":"2.0","id":"a","method":"ping"}\r', { id: 'a' }],
  ['  {"jsonrpc":"2.0","id":0,"method":"ping"} ', { id: 0 }],
  ['{"jsonrpc":"2.0","id":1,"method":"ping","params":null}', { params: {} }],
  ['{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":null,"cursor":null,"a":1}}', { params: { a: 1 } }],
  [
    '{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"progressToken":0}}}',
    { params: { _meta: { progressToken: 0 } } },
  ],
  [
    '{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"progressToken":1.5,"io.modelcontextprotocol/related-task":7}}}',
    { params: { _meta: {} } },
  ],
  [
    '{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"progressToken":null,"k":0}}}',
    { params: { _meta: { k: 0 } } },
  ],
])('%s is a request', (text, expected) => {
  const frame = read(text);
  expect(frame).toMatchObject({ kind: 'request', ...expected });
  if ('params' in expected) expect(frame).toHaveProperty('params', expected.params);
});

test.each([
  ['{"task":"one"}', { task: 'one' }],
  [' {"task":"one"} ', { task: 'one' }],
  ['', {}],
  [' ', {}],
  ['null', {}],
  [{ task: 'one' }, { task: 'one' }],
  ['one', { arguments: 'one' }],
  ['["one"]', { arguments: '["one"]' }],
  [[1], { arguments: [1] }],
  [5, { arguments: 5 }],
])('arguments %j are taken as %j', (given, taken) => {
  expect(call(given)).toMatchObject({ params: { name: 'x', arguments: taken } });
});

test('arguments that are null are left out, and null within them stays', () => {
  expect(call(null)).toHaveProperty('params', { name: 'x' });
  expect(call({ limit: null })).toHaveProperty('params.arguments', { limit: null });
});

test.each([
  ['not json', -32_700, null],
  ['{"jsonrpc":"2.0","id":1,"method":"ping"', -32_700, null],
  ['5', -32_600, null],
  ['"x"', -32_600, null],
  ['null', -32_600, null],
  ['{}', -32_600, null],
  ['{"id":4,"method":"ping"}', -32_600, 4],
  ['{"jsonrpc":"1.0","id":"a","method":"ping"}', -32_600, 'a'],
  ['{"jsonrpc":"2.0","id":4}', -32_600, 4],
  ['{"jsonrpc":"2.0","id":4,"method":7}', -32_600, 4],
  ['{"jsonrpc":"2.0","id":null,"method":"ping"}', -32_600, null],
  ['{"jsonrpc":"2.0","id":7.5,"method":"ping"}', -32_600, null],
  ['{"jsonrpc":"2.0","id":{},"method":"ping"}', -32_600, null],
  ['{"jsonrpc":"2.0","id":4,"method":"ping","params":[1]}', -32_602, 4],
  ['{"jsonrpc":"2.0","id":4,"method":"ping","params":"x"}', -32_602, 4],
  ['{"jsonrpc":"2.0","id":4,"method":"ping","params":{"_meta":[]}}', -32_602, 4],
])('%s is a fault with code %d and id %j', (text, code, id) => {
  expect(read(text)).toMatchObject({ kind: 'fault', id, error: { code } });
});

test.each(['{"jsonrpc":"2.0","result":{}}', '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}'])(
  'the response %s without an id gets no answer',
  (text) => {
    expect(read(text)).toMatchObject({ kind: 'fault', id: undefined });
  },
);

test('a notification with parameters that are none gets no answer', () => {
  expect(read('{"jsonrpc":"2.0","method":"notifications/x","params":[1]}')).toMatchObject({
    kind: 'fault',
    id: undefined,
  });
});

test.each([
  ['{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"xxx', 'xxx"}}', 7],
  ['{"id":"a-1","jsonrpc":"2.0","method":"tools/call","params":{"na', '"}}', 'a-1'],
  ['{"method":"tools/call","params":{"name":"xxx', 'xxx"}},"jsonrpc":"2.0","id":12}', 12],
  ['{"method":"tools/call","params":{"name":"xxx', 'xxx"}},"id":"b","jsonrpc":"2.0"}', 'b'],
  ['{"method":"tools/call","params":{"name":"xxx', ',"id":5}}}', null],
  ['{"method":"tools/call","params":{"id":5,', 'xxx"}}', null],
  ['xxx', 'xxx', null],
])('of a line that is too long, %s … %s, the id is %j', (head, tail, id) => {
  expect(framesIn({ tooLong: { head, tail }, bytes: 11_000_000 })).toMatchObject({
    frame: { kind: 'fault', id, error: { code: -32_600, message: expect.stringContaining('11000000 bytes') } },
  });
});
