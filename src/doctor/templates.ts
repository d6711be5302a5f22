/** Which templates can run tasks. */

import { failureOf, known } from '../coder/reading.js';
import { listNames } from '../text/names.js';
import { type Check, ok, warn } from './check.js';

const MAX_NAMES = 8;

export const checkTemplates: Check = ({ templates, tasks, organizations }) => {
  const list = known(templates);
  // Where there are no tasks, no template can run one, and the check of tasks says why.
  if (failureOf(tasks)) return undefined;
  if (list && list.length > 0) {
    const names = list.map(({ organization_name, name }) =>
      isUnique(list, name) ? name : `${organization_name}/${name}`,
    );
    return ok(`${list.length} that can run tasks: ${listNames(names, MAX_NAMES)}`);
  }
  // A token that is shown no organization is restricted, and may see no template for that alone (coder-api §9.2).
  if (list && known(organizations)?.length === 0) {
    return ok('none is shown to this token; one without template:read sees none');
  }
  if (list) {
    return warn(
      'none that you may see can run tasks',
      'ask a template administrator for a template whose active version has a coder_ai_task resource without a count',
    );
  }
  const error = failureOf(templates);
  return (
    error && warn(`they cannot be read (${error.code})`, 'ask a template administrator for the right to use a template')
  );
};

function isUnique(templates: readonly { readonly name: string }[], name: string): boolean {
  return templates.filter((template) => template.name === name).length === 1;
}
