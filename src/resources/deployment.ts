/** coder://deployment: whether tasks work on this deployment at all, as coder_diagnose without a task says it. */

import { examine } from '../doctor/examine.js';
import type { FixedResource } from './define.js';

export const deployment: FixedResource = {
  kind: 'fixed',
  name: 'deployment',
  title: 'Coder deployment',
  description: 'Address, version, who I am, whether tasks work here; what is wrong, and how to mend it.',
  mimeType: 'application/json',
  uri: 'coder://deployment',
  async read({ coder, signal }) {
    return JSON.stringify(await examine(coder, signal));
  },
};
