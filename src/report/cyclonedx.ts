import { rpmPurl } from '../rpm/purl.js';
import { formatEvr } from '../rpm/version.js';
import type { PackageReport, PackageRow } from './package-report.js';
import { safeJson } from './safe-json.js';

/**
 * A CycloneDX 1.6 bill of the RPM packages: the image as its subject, a component for each package with its package URL
 * and, as properties, the layer that brought it. What is known to be missing is said (`compositions` stay unknown; the
 * property imgcheck:complete).
 */
export async function renderCycloneDx(report: PackageReport): Promise<string> {
  const { Enums, Models, Serialize, Spec } = await import('@cyclonedx/cyclonedx-library');
  const property = (name: string, value: string): InstanceType<typeof Models.Property> =>
    new Models.Property(`imgcheck:${name}`, value);
  const bom = new Models.Bom();
  bom.metadata.component = new Models.Component(Enums.ComponentType.Container, report.image.reference, {
    bomRef: `image:${report.image.digest}`,
    version: report.image.digest,
    properties: new Models.PropertyRepository([
      property('complete', String(report.complete)),
      property('packages', report.state),
      ...report.problems.map((problem) => property('problem', problem)),
    ]),
  });
  bom.metadata.tools.components.add(new Models.Component(Enums.ComponentType.Application, 'imgcheck'));
  const seen = new Map<string, number>();
  for (const row of report.packages) bom.components.add(component(row));
  return `${safeJson(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6).makeForBom().normalize(bom, { sortLists: false }), 2)}\n`;

  function component(row: PackageRow): InstanceType<typeof Models.Component> {
    const purl = rpmPurl(row, report.os);
    // The same package may be installed twice; a reference must be unique.
    const count = (seen.get(purl) ?? 0) + 1;
    seen.set(purl, count);
    return new Models.Component(Enums.ComponentType.Library, row.name, {
      bomRef: count === 1 ? purl : `${purl}#${count}`,
      version: formatEvr(row),
      purl,
      ...(row.vendor === undefined ? {} : { publisher: row.vendor }),
      properties: new Models.PropertyRepository([
        property('layer', row.layer),
        property('signature', row.signature),
        ...(row.module === undefined ? [] : [property('module', row.module)]),
      ]),
    });
  }
}
