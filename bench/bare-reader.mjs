/** A Node program that reads addresses with undici and parses the JSON, once or every few seconds, and nothing else. */

import { Agent, request } from 'undici';

const dispatcher = new Agent({ connections: 16 });

async function read({ url, headers }) {
  const { body } = await request(url, { headers, dispatcher });
  return JSON.parse(await body.text());
}

const methods = {
  async read(params) {
    const { count = 0 } = await read(params);
    return { count };
  },
  /** Each address once in every interval, at a time of its own. */
  async poll({ urls, headers, intervalMs }) {
    for (const [index, url] of urls.entries()) {
      const poll = () => void read({ url, headers });
      setTimeout(() => setInterval(poll, intervalMs), (intervalMs * index) / urls.length);
    }
    return {};
  },
};

let rest = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop();
  for (const line of lines) void answer(JSON.parse(line));
});

async function answer({ id, method, params }) {
  const result = await methods[method](params);
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
}
