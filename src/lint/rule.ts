import type { Container } from './container.js';
import type { DaemonSettings } from './daemon-json.js';
import type { Dockerfile } from './dockerfile.js';
import type { RuleFinding } from './finding.js';
import type { SeccompProfile } from './seccomp-profile-file.js';
import type { SystemdUnit } from './systemd-unit.js';

/**
 * One practice, put to each kind of file that it concerns. `containers` is asked of Kubernetes and Compose files, and of
 * the run lines in the labels of a Dockerfile.
 */
export interface LintRule {
  readonly id: string;
  /** The practice as a question. */
  readonly asks: string;
  /** Why one should care. */
  readonly reason: string;
  readonly remedy: string;
  /** Chapter of the Container Security Guide, where it has one. */
  readonly guide?: string;
  dockerfile?(dockerfile: Dockerfile): readonly RuleFinding[];
  containers?(containers: readonly Container[]): readonly RuleFinding[];
  daemon?(settings: DaemonSettings): readonly RuleFinding[];
  unit?(unit: SystemdUnit): readonly RuleFinding[];
  seccomp?(profile: SeccompProfile): readonly RuleFinding[];
}
