import { ImgcheckError } from '../core/error.js';
import type { Examination } from '../examination/examination.js';
import { formatReference } from '../oci/reference.js';
import type { Advice, Hardening } from './advice.js';
import { adviseCapabilities } from './capabilities.js';
import { openQuestions } from './open-questions.js';
import { adviseNewPrivileges } from './privileges.js';
import { adviseSelinuxType } from './selinux.js';
import { adviceSubject } from './subject.js';
import { adviseUser } from './user.js';
import { adviseWritablePaths } from './writable-paths.js';

/**
 * The tightest run that an image seems able to bear, from its config, its packages and the rights of its files, each
 * setting with its reason; what is not told by them is listed, not assumed.
 * @throws ImgcheckError unsupported for an image that is not for Linux
 */
export function harden(examination: Examination): Hardening {
  const { image, content } = examination;
  if (image.platform.os !== 'linux') {
    const message = `expected an image for linux, got ${image.platform.os || 'none named'}`;
    throw new ImgcheckError('unsupported', message, { subject: formatReference(image.reference) });
  }
  if (!content) throw new TypeError('the layers were not read');
  const subject = adviceSubject(examination, content);
  const capabilities = adviseCapabilities(subject);
  const writable = adviseWritablePaths(subject);
  return {
    advice: [
      ...adviseUser(subject),
      ...capabilities.advice,
      adviseNewPrivileges(subject),
      ...writable.advice,
      ...adviseSelinuxType(subject),
      ...always,
    ],
    withheld: capabilities.withheld,
    unknown: openQuestions(subject, writable.refused),
    left: leftToOperator,
  };
}

const always: readonly Advice[] = [
  {
    setting: 'seccomp',
    value: 'RuntimeDefault',
    engines: ['kubernetes'],
    reason:
      'the engine’s own filter of system calls; Docker and Podman use theirs unless told otherwise, Kubernetes only when it is asked for',
    evidence: [],
    confidence: 'guess',
  },
  {
    setting: 'service-account-token',
    value: 'false',
    engines: ['kubernetes'],
    reason: 'a program that does not speak to the cluster has no use for its token; mount it if this one does',
    evidence: [],
    confidence: 'guess',
  },
];

const leftToOperator: readonly string[] = [
  'limits: --pids-limit, --memory and --cpus, or resources.limits; how much it needs shows only when it runs',
  'the network: which ports are published, and to whom; --network none where it needs none',
  'what keeps the volumes: their names, sizes, owners and backups',
];
