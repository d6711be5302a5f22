/** In which words answers say that Coder cannot be reached. */

import type { CoderError } from '../../coder/errors/errors.js';

/** What answers say while it lasts. */
export function troubleNote(error: CoderError): string {
  return `Coder cannot be reached at the moment (${error.code}); this may be out of date`;
}
