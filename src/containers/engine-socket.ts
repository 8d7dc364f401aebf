import { plainPath } from './host-path.js';

/** Unix sockets of Docker, containerd, Podman and CRI-O, and the folders that hold nothing else of use. */
const sockets =
  /^\/(?:var\/)?run\/(?:user\/\d+\/)?(?:docker\.sock|docker\/containerd(?:\/.*)?|containerd(?:\/containerd\.sock)?|podman(?:\/podman\.sock)?|crio(?:\/crio\.sock)?|k3s\/containerd(?:\/.*)?|cri-dockerd\.sock|dockershim\.sock)$/;

/** Whether a path of the host is the socket of a container engine, under any of its usual names and in any spelling. */
export function isEngineSocket(path: string): boolean {
  return path.startsWith('/') && sockets.test(plainPath(path));
}
