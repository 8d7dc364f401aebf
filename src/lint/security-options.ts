import { splitOption } from '../containers/security-option.js';
import type { Container, Text } from './container.js';

type SecurityFields = Pick<Container, 'escalation' | 'seccomp' | 'selinuxType' | 'selinuxLevel' | 'selinuxDisabled'>;
type Writable = { -readonly [K in keyof SecurityFields]: SecurityFields[K] };

/** What `--security-opt`, and `security_opt` of Compose, say; `=` and `:` both separate. */
export function securityOptions(options: readonly Text[]): SecurityFields {
  const fields: Writable = {};
  for (const { text, offset } of options) {
    const [word, rest] = splitOption(text);
    if (word === 'no-new-privileges') fields.escalation = { on: rest === 'false', offset };
    else if (word === 'seccomp') fields.seccomp = { text: rest, offset };
    else if (word === 'label') {
      const [kind, value] = splitOption(rest);
      if (kind === 'disable') fields.selinuxDisabled = offset;
      else if (kind === 'type') fields.selinuxType = { text: value, offset };
      else if (kind === 'level') fields.selinuxLevel = { text: value, offset };
    }
  }
  return fields;
}
