/**
 * Returns the order in which operations can run: each after those that it refers to, otherwise in the order of the request.
 * Operations that refer to each other in a circle are in one part. `references[n]` has the operations that operation n refers to.
 * Uses Tarjan's algorithm for strongly connected components, which yields dependencies first.
 *
 * @example
 * orderOperations([[2], [], [1]]); // [[1], [2], [0]]
 * orderOperations([[1], [0], []]); // [[0, 1], [2]]
 */
export function orderOperations(references: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const parts: number[][] = [];
  const order = new Map<number, number>();
  const lowest = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();

  function enter(node: number): void {
    order.set(node, order.size);
    lowest.set(node, order.get(node) ?? 0);
    open.push(node);
    isOpen.add(node);
  }

  function lower(node: number, to: number | undefined): void {
    lowest.set(node, Math.min(lowest.get(node) ?? 0, to ?? Infinity));
  }

  function close(node: number): void {
    if (lowest.get(node) !== order.get(node)) return;
    // Searches from the end: in a chain, the node is the last element, and a search from the start takes quadratic time.
    const part = open.splice(open.lastIndexOf(node));
    for (const member of part) isOpen.delete(member);
    parts.push(part.toSorted((left, right) => left - right));
  }

  // Uses an explicit stack instead of recursion: a chain of references may be as long as the request.
  for (const root of references.keys()) {
    if (order.has(root)) continue;
    enter(root);
    const path = [{ node: root, next: 0 }];
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const child = references[step.node]?.[step.next];
      step.next += 1;
      if (child === undefined) {
        close(step.node);
        path.pop();
        const parent = path.at(-1);
        if (parent !== undefined) lower(parent.node, lowest.get(step.node));
      } else if (!order.has(child)) {
        enter(child);
        path.push({ node: child, next: 0 });
      } else if (isOpen.has(child)) {
        lower(step.node, order.get(child));
      }
    }
  }
  return parts;
}
