/** A proxy between the server under test and a deployment: it does to single exchanges what networks and other servers do. */

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** One exchange in the hands of a fault. */
interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** Lets the deployment do its work; its answer comes back whole and unsent. */
  perform(): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type WireFault = (exchange: Exchange) => void | Promise<void>;

interface Rule {
  readonly pattern: RegExp;
  readonly fault: WireFault;
  skip: number;
  left: number;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
// Coder's answers carry its version; what comes without it was answered by somebody in front of Coder (behaviour §6).
const CODER = { ...JSON_TYPE, 'x-coder-build-version': 'v2.35.0-devel+a12b05183', 'x-coder-request-id': '3f0c3f0c' };
const NOT_FOUND = 'Resource not found or you do not have access to this resource';

function answered(status: number, json: unknown, headers: Record<string, string> = CODER): WireFault {
  return ({ response }) => void response.writeHead(status, headers).end(JSON.stringify(json));
}

function page(status: number, headers: Record<string, string> = {}): WireFault {
  const html = '<html><head><title>Gateway</title></head><body><h1>Something went wrong</h1></body></html>';
  return ({ response }) => void response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(html);
}

/** The deployment's own answer with something done to its body. */
function changed(change: (body: string) => string): WireFault {
  return async ({ perform, response }) => {
    const { status, headers, body } = await perform();
    response.writeHead(status, headers).end(change(body));
  };
}

const replaceTimes = (time: string) => (body: string) =>
  body.replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, JSON.stringify(time));

/** Every fault by name. */
export const wireFaults = {
  'reset before': ({ socket }) => void socket.destroy(),
  'reset after': async ({ perform, socket }) => {
    await perform();
    socket.destroy();
  },
  hang: () => undefined,
  'hang after': async ({ perform }) => void (await perform()),
  trickle: async ({ perform, response }) => {
    const { status, headers, body } = await perform();
    response.writeHead(status, headers).write(body.slice(0, 1));
  },
  '401': answered(401, { message: 'You are signed out or your session has expired.', detail: 'API key is invalid.' }),
  '401 of a proxy': page(401, { 'www-authenticate': 'Basic realm="gate"' }),
  '403': answered(403, { message: 'Forbidden.' }),
  '403 of a proxy': page(403),
  '404': answered(404, { message: NOT_FOUND }),
  '404 route': answered(404, { message: 'Route not found.' }),
  '405': ({ response }) => void response.writeHead(405, { ...CODER, allow: 'POST' }).end(),
  '408 of a proxy': page(408),
  '409': answered(409, { message: 'A workspace build is already active.' }),
  '410 of somebody': answered(410, { message: 'Gone.' }, JSON_TYPE),
  '413 of a proxy': page(413),
  '429': answered(429, { message: 'You have been rate limited.' }),
  '429 with Retry-After': answered(429, { message: 'You have been rate limited.' }, { ...CODER, 'retry-after': '2' }),
  '500': answered(500, { message: 'An internal server error occurred.' }),
  '502 JSON': answered(502, { message: 'Bad gateway.' }, JSON_TYPE),
  '502': page(502),
  '503': page(503),
  '504': page(504),
  '504 after': async (exchange) => {
    await exchange.perform();
    await page(504)(exchange);
  },
  '302 to another host': page(302, { location: 'https://login.example.org/start?rd=%2F' }),
  '307 to its own host': page(307, { location: 'https://coder.example.com/' }),
  '200 HTML': page(200),
  '200 of another shape': answered(200, { ok: true }),
  '200 without a body': ({ response }) => void response.writeHead(200, CODER).end(),
  truncated: changed((body) => body.slice(0, Math.floor(body.length / 2))),
  'cut off': async ({ perform, response, socket }) => {
    const { status, headers, body } = await perform();
    response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body) + 10) });
    response.write(body, () => socket.destroy());
  },
  'wrong types': changed((body) =>
    body.replaceAll(/"(id|name|status|owner_name|tasks|logs|transition)":"?[^",{}[\]]*"?/g, '"$1":7'),
  ),
  'dates of 1970': changed(replaceTimes('1970-01-01T00:00:00Z')),
  'dates of no calendar': changed(replaceTimes('yesterday, about noon')),
  'dates far ahead': changed(replaceTimes('9999-12-31T23:59:59Z')),
  'a Date of 1970': async ({ perform, response }) => {
    const { status, headers, body } = await perform();
    response.writeHead(status, { ...headers, date: 'Thu, 01 Jan 1970 00:00:00 GMT' }).end(body);
  },
  '50 MB': ({ response }) => void response.writeHead(200, CODER).end(`"${'x'.repeat(50_000_000)}"`),
  'a gzip bomb': ({ response }) => {
    const body = gzipSync(Buffer.alloc(100_000_000, 0x20));
    response.writeHead(200, { ...CODER, 'content-encoding': 'gzip' }).end(body);
  },
  'broken gzip': ({ response }) =>
    void response.writeHead(200, { ...CODER, 'content-encoding': 'gzip' }).end('not gzip at all'),
  'endless chunks': ({ response }) => {
    response.writeHead(200, CODER);
    const more = () => {
      if (!response.destroyed && response.write(' '.repeat(1 << 16))) setImmediate(more);
    };
    response.on('drain', more);
    more();
  },
  'header flood': ({ response }) =>
    void response.writeHead(200, { ...CODER, 'x-flood': 'y'.repeat(200_000) }).end('{}'),
} as const satisfies Record<string, WireFault>;

export type WireFaultName = keyof typeof wireFaults;

export class FaultProxy implements AsyncDisposable {
  readonly #target: URL;
  readonly #rules: Rule[] = [];
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #passing = 0;

  private constructor(target: URL) {
    this.#target = target;
  }

  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(new URL(target));
    await proxy.listen();
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Exchanges on their way through, those in the hands of a fault not counted. */
  get passing(): number {
    return this.#passing;
  }

  /** Befalls `times` requests whose `METHOD /path` matches, after `skip` that pass. */
  inject(pattern: RegExp, fault: WireFault, { skip = 0, times = 1 } = {}): void {
    this.#rules.push({ pattern, fault, skip, left: times });
  }

  clear(): void {
    this.#rules.length = 0;
  }

  /** Takes connections at the same address as before. */
  async listen(): Promise<void> {
    const server = createServer((message, response) => void this.#handle(message, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#server = server;
    this.#port = addressOf(server).port;
  }

  /** Refuses connections, and drops those that are open. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server && new Promise((resolve) => server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.refuse();
  }

  async #handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const line = `${message.method} ${message.url}`;
    const rule = this.#take(line);
    const perform = () => this.#perform(message, response);
    const exchange = {
      method: message.method ?? '',
      path: message.url ?? '',
      response,
      socket: message.socket,
      perform,
    };
    if (rule) return void Promise.resolve(rule.fault(exchange)).catch(() => response.destroy());
    this.#passing += 1;
    response.on('close', () => {
      this.#passing -= 1;
    });
    this.#stream(message, response);
  }

  #take(line: string): Rule | undefined {
    for (const rule of this.#rules) {
      if (rule.left <= 0 || !rule.pattern.test(line)) continue;
      if (rule.skip > 0) {
        rule.skip -= 1;
        continue;
      }
      rule.left -= 1;
      return rule;
    }
    return undefined;
  }

  /** Passes an exchange on as it comes, streams of events too. */
  #stream(message: IncomingMessage, response: ServerResponse): void {
    const onward = request(this.#onward(message), (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    message.pipe(onward);
  }

  async #perform(message: IncomingMessage, response: ServerResponse): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const onward = request(this.#onward(message), (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 502,
            headers: Object.fromEntries(
              Object.entries(answer.headers).flatMap(([name, value]) =>
                typeof value === 'string' && name !== 'content-length' && name !== 'transfer-encoding'
                  ? [[name, value]]
                  : [],
              ),
            ),
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
      onward.on('error', reject);
      // A stream of events has no end of its own.
      response.on('close', () => onward.destroy());
      message.pipe(onward);
    });
  }

  #onward({ method, url, headers }: IncomingMessage) {
    const { hostname, port } = this.#target;
    return { hostname, port, method, path: url, headers: { ...headers, host: this.#target.host } };
  }
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return address;
}
