import type { OwnedPackage } from '../analyzers/package-story.js';
import { formatPackage } from '../rpm/package-name.js';
import type { AdviceEvidence } from './advice.js';
import { services, type Service } from './service.js';
import type { StartedProgram, StartedPrograms } from './started-programs.js';

/** A known service that the image seems to run. */
export interface FoundService {
  readonly service: Service;
  /** Set where the command names it; else it is installed, and a script is started. */
  readonly program: StartedProgram | undefined;
  readonly evidence: readonly AdviceEvidence[];
}

export interface FoundServices {
  readonly found: readonly FoundService[];
  /** Installed, and nothing says that they are started. */
  readonly idle: readonly string[];
}

/** Those that the command names; where it names none but starts a script, those that are installed. */
export function findServices(started: StartedPrograms, packages: readonly OwnedPackage[]): FoundServices {
  const named = services.flatMap((service): FoundService[] => {
    const program = started.programs.find(
      ({ name, word }) => service.programs.includes(name) || service.programs.includes(word),
    );
    return program ? [{ service, program, evidence: [commandEvidence, ...installed(service, packages)] }] : [];
  });
  const byPackage = services.flatMap((service): FoundService[] => {
    const evidence = installed(service, packages);
    return evidence.length > 0 ? [{ service, program: undefined, evidence }] : [];
  });
  if (named.length === 0 && started.script) return { found: byPackage, idle: [] };
  const idle = byPackage.filter((one) => !named.some(({ service }) => service === one.service));
  return { found: named, idle: idle.map(({ service }) => service.name) };
}

export const commandEvidence: AdviceEvidence = { type: 'config', field: 'config.Entrypoint, config.Cmd' };

function installed({ packages: names }: Service, packages: readonly OwnedPackage[]): readonly AdviceEvidence[] {
  return packages
    .filter(({ package: one }) => names.includes(one.name))
    .map(({ package: one, layer }) => ({ type: 'package', package: formatPackage(one), layer }));
}
