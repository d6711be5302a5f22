/** What a template version asks of a create: presets, parameters, external logins; each may fail to be read on its own. */

import type { CoderClient } from '../../coder/client.js';
import { CoderError } from '../../coder/errors/errors.js';
import type { ExternalAuth, Preset, RichParameter } from '../../coder/wire/schemas.js';

/** `undefined` where it could not be read; `unread` then names it. */
export interface TemplateTerms {
  readonly presets: readonly Preset[] | undefined;
  readonly presetsError: CoderError | undefined;
  readonly parameters: readonly RichParameter[] | undefined;
  /** As they are for the token's own user (coder-api §7). */
  readonly logins: readonly ExternalAuth[] | undefined;
  readonly unread: readonly string[];
}

/** Reads all three at once; nothing but an abort is thrown. */
export async function readTerms(coder: CoderClient, versionId: string, signal: AbortSignal): Promise<TemplateTerms> {
  const call = { signal };
  let presetsError: CoderError | undefined;
  const noteError = (error: CoderError) => {
    presetsError = error;
  };
  const [presets, parameters, logins] = await Promise.all([
    readable(coder.listPresets(versionId, call), noteError),
    readable(coder.listRichParameters(versionId, call)),
    readable(coder.listExternalAuth(versionId, call)),
  ]);
  const unread = [
    presets === undefined && 'presets',
    parameters === undefined && 'parameters',
    logins === undefined && 'external logins',
  ].filter((what) => what !== false);
  return { presets, presetsError, parameters, logins, unread };
}

/** Logins that the template needs and this user has not made. */
export function missingLogins(logins: readonly ExternalAuth[]): ExternalAuth[] {
  return logins.filter(({ authenticated, optional }) => !authenticated && !optional);
}

/** Where to log in: what the server says, if it is an address; `origin` is the deployment's. */
export function loginUrl({ id, authenticate_url }: ExternalAuth, origin = ''): string {
  const isAddress = /^https?:\/\//i.test(authenticate_url) && URL.canParse(authenticate_url);
  return isAddress ? new URL(authenticate_url).href : `${origin}/external-auth/${encodeURIComponent(id)}`;
}

/** What is read, or nothing where Coder could not give it. */
export async function readable<Thing>(
  read: Promise<Thing>,
  onError: (error: CoderError) => void = () => undefined,
): Promise<Thing | undefined> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof CoderError)) throw error;
    onError(error);
    return undefined;
  }
}
