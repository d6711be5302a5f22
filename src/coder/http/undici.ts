/** The door to undici: named, so that bundlers keep the names, and imported late, since it is slow to load. */

export { type Dispatcher, Pool, ProxyAgent } from 'undici';
