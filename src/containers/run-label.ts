/** The labels of ContainerApplicationGenericLabels that are command lines, in any spelling, and those of label-schema. */
const runNames = /^(?:run|install|uninstall|stop|debug|update|upgrade|usage|org\.label-schema\.docker\.cmd(?:\..*)?)$/i;

/** Whether a label says how a container of the image is to be run, by its name. */
export function isRunLabel(name: string): boolean {
  return runNames.test(name);
}
