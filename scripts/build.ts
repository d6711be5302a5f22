/** Makes dist/: one program with what it needs bundled in, split so that undici and the embedded deployment load later. */

import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build, type Metafile } from 'esbuild';
import { noticesFor } from './notices.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.18',
  minify: true,
  // Names of errors and classes stay readable in the log.
  keepNames: true,
  legalComments: 'none',
  metafile: true,
  define: { PACKAGE_VERSION: JSON.stringify(version) },
  // pino and undici are CommonJS inside and call require for Node's own modules.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
chmodSync('dist/main.js', 0o755);
writeFileSync('THIRD_PARTY_NOTICES', noticesFor(bundledPackages(metafile)));

/** The folders of the packages whose code is in the bundle. */
function bundledPackages({ outputs }: Metafile): Set<string> {
  const inputs = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
  return new Set(inputs.flatMap((path) => folder.exec(path)?.[1] ?? []));
}
