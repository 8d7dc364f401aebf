import type { RuleFinding } from './finding.js';
import type { LintRule } from './rule.js';
import { isLiteralSecret, isSecretName } from '../secrets/secret-name.js';
import type { Variable } from './container.js';

export const literalSecret: LintRule = {
  id: 'literal-secret',
  asks: 'Are secrets kept out of files and of images?',
  reason:
    'A secret in a file is read by all who can read the file; in ENV or ARG it is in the image’s config and history for everyone who can pull it.',
  remedy:
    'Take it from a secret store when it runs (secretKeyRef, Compose secrets); for a build use RUN --mount=type=secret. Change the secret: it is known.',
  guide: '3.4',
  dockerfile({ instructions }) {
    return instructions.flatMap(({ keyword, properties }) => {
      if (keyword === 'ENV') return properties.flatMap((one) => [...judge(one), ...kept(one)]);
      return keyword === 'ARG' ? properties.flatMap((one) => [...judge(one), ...passed(one)]) : [];
    });
  },
  containers(containers) {
    return containers.flatMap(({ variables }) => variables.flatMap(judge));
  },
  unit({ variables }) {
    return variables.flatMap(judge);
  },
};

/** The value is never repeated. */
function judge({ name, value, offset }: Variable): RuleFinding[] {
  return value !== undefined && isSecretName(name) && isLiteralSecret(value)
    ? [{ offset, severity: 'error', message: `${name} is given its value in the file` }]
    : [];
}

function kept({ name, value = '', offset }: Variable): RuleFinding[] {
  return isSecretName(name) && /^["']?\$\{?\w+\}?["']?$/.test(value)
    ? [{ offset, severity: 'warning', message: `${name} keeps what the build was given: it is in the image’s config` }]
    : [];
}

function passed({ name, value, offset }: Variable): RuleFinding[] {
  return value === undefined && isSecretName(name)
    ? [
        {
          offset,
          severity: 'warning',
          message: `${name} is passed to the build as an argument: it is in the image’s history`,
        },
      ]
    : [];
}
