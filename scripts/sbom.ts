/** The bill of materials of the bundle, in CycloneDX: what is in it, at which version, under which licence, with which hash. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Component {
  readonly type: 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly { readonly license: { readonly id: string } }[];
  readonly hashes?: readonly { readonly alg: 'SHA-512'; readonly content: string }[];
  readonly components?: readonly object[];
}

/** For the packages in these folders; it has no date and no random number, so that the same bundle has the same bill. */
export function sbomFor(folders: ReadonlySet<string>): unknown {
  const { name, version, license } = packageIn('.');
  const components = [...folders].map(componentOf).sort((a, b) => (a.purl < b.purl ? -1 : 1));
  const ref = `pkg:npm/${name}@${version}`;
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': ref,
        name,
        version,
        purl: ref,
        licenses: [{ license: { id: license } }],
      },
    },
    components,
    dependencies: [{ ref, dependsOn: components.map((component) => component['bom-ref']) }],
  };
}

function componentOf(folder: string): Component {
  const { name, version, license } = packageIn(folder);
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const integrity = integrityOf(folder);
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    licenses: [{ license: { id: license } }],
    ...(integrity && { hashes: [{ alg: 'SHA-512', content: integrity }] }),
    // Compiled to WebAssembly inside undici.
    ...(name === 'undici' && {
      components: [{ type: 'library', name: 'llhttp', licenses: [{ license: { id: 'MIT' } }] }],
    }),
  };
}

function packageIn(folder: string): { readonly name: string; readonly version: string; readonly license: string } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** The hash of the package's archive by the lock file, in hex. */
function integrityOf(folder: string): string | undefined {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const integrity: unknown = packages[folder]?.integrity;
  if (typeof integrity !== 'string' || !integrity.startsWith('sha512-')) return undefined;
  return Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
}
