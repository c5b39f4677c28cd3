import { childOf, isNode, listOf, textOf, type Node } from './node';

/** URLs of the servers, variables filled in with their defaults. */
export function serverUrls(document: Node): string[] {
  return listOf(document, 'servers').flatMap((server) => {
    const url = isNode(server) ? textOf(server, 'url') : undefined;
    if (url === undefined || !isNode(server)) return [];
    const variables = childOf(server, 'variables');
    return url.replace(/\{([^{}]+)\}/g, (_, name: string) => {
      const value = childOf(variables, name)['default'];
      return typeof value === 'string' ? value : name;
    });
  });
}

/** Host names of the servers, without addresses and names of this machine. */
export function hostsOf(document: Node): string[] {
  const names = serverUrls(document).flatMap((url) => {
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return [];
    const { hostname } = new URL(url);
    return /^([a-z0-9-]+\.)+[a-z][a-z0-9-]*$/.test(hostname) ? [hostname] : [];
  });
  return [...new Set(names)];
}

/** Path of the first server, which every path of the document is below; empty, or `/v2`. */
export function basePath(document: Node): string {
  const [url = '/'] = serverUrls(document);
  const path = URL.canParse(url, 'http://localhost') ? new URL(url, 'http://localhost').pathname : '/';
  return path.replace(/\/+$/, '');
}
