/** Makes dist/: one program with what it needs bundled in, split so that undici and the embedded deployment load later. */

import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build, type Metafile, type Plugin } from 'esbuild';
import { allListings } from '../src/mcp/listings.js';
import { noticesFor } from './notices.js';
import { sbomFor } from './sbom.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Leaves out what would be compiled at each start and is never used. */
const lean: Plugin = {
  name: 'lean',
  setup({ onResolve, onLoad }) {
    // Every language of zod's messages; English is imported by itself.
    onResolve({ filter: /\/locales\/index\.js$/ }, () => ({ path: 'export {};', namespace: 'lean' }));
    // The SDK would check with Ajv what a person answers to a form; the one who asked looks at each value anyway.
    const anything = `export class AjvJsonSchemaValidator {
      getValidator() { return (data) => ({ valid: true, data }); }
    }`;
    onResolve({ filter: /\/ajv-provider\.js$/ }, () => ({ path: anything, namespace: 'lean' }));
    onLoad({ filter: /./, namespace: 'lean' }, ({ path }) => ({ contents: path }));
    // Text that is parsed when it is asked for: quicker to load than the same as code.
    const listings = JSON.stringify(JSON.stringify(allListings()));
    onLoad({ filter: /\/src\/mcp\/listings\.ts$/ }, () => ({
      contents: `export function allListings() { return JSON.parse(${listings}); }`,
    }));
    // esbuild drops what is not used of a namespace only where it is imported as one.
    onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace("import { z } from 'zod';", "import * as z from 'zod';"),
      loader: 'ts',
    }));
  },
};

rmSync('dist', { recursive: true, force: true });
const { metafile, outputFiles } = await build({
  write: false,
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.18',
  minifyWhitespace: true,
  minifySyntax: true,
  // Names stay as they are: readable in the log, and without the calls that would restore them at each start.
  minifyIdentifiers: false,
  legalComments: 'none',
  metafile: true,
  // The same bytes wherever it is built, also where node_modules is a link.
  preserveSymlinks: true,
  plugins: [lean],
  define: { PACKAGE_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
});
// pino and undici are CommonJS inside and call require for Node's own modules.
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

mkdirSync('dist');
for (const { path, text } of outputFiles) {
  writeFileSync(path, /\btypeof require\b/.test(text) ? `${REQUIRE}${text}` : text);
}
chmodSync('dist/main.js', 0o755);
const bundled = bundledPackages(metafile);
writeFileSync('THIRD_PARTY_NOTICES', noticesFor(bundled));
writeFileSync('sbom.cdx.json', `${JSON.stringify(sbomFor(bundled), null, 2)}\n`);

/** The folders of the packages whose code is in the bundle. */
function bundledPackages({ outputs }: Metafile): Set<string> {
  const inputs = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
  return new Set(inputs.flatMap((path) => folder.exec(path)?.[1] ?? []));
}
