/** A registry that runs until it is closed; `host` is `localhost:PORT`. */
export interface LayoutServer {
  readonly host: string;
  close(): Promise<void>;
}

export function serveLayout(
  layout: string,
  options: { readonly prefix: string; readonly cert: string; readonly key: string },
): Promise<LayoutServer>;
