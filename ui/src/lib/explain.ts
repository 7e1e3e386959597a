/** The provenance tree, folded for reading. */
import type { ExplainNode } from '@/api/loop'

export type Counts = { n: number; frames: number }

/** Kind of a record, also where only its id may be seen. */
export const kindOf = (node: Pick<ExplainNode, 'id' | 'step'>): string => node.step ?? node.id.split('-')[0] ?? ''

/** Different records in the tree, and how many of them are raw frames. */
export function countNodes(root: ExplainNode): Counts {
  const seen = new Set<string>()
  let frames = 0
  const visit = (node: ExplainNode): void => {
    if (seen.has(node.id)) return
    seen.add(node.id)
    if (kindOf(node) === 'frame') frames += 1
    node.parents.forEach(visit)
  }
  visit(root)
  return { n: seen.size, frames }
}

export interface Group {
  kind: string
  nodes: ExplainNode[]
}

/** Parents by kind, in the order they first come: forty readings are one line until somebody opens it. */
export function groups(parents: ExplainNode[]): Group[] {
  const found: Group[] = []
  for (const node of parents) {
    const kind = kindOf(node)
    const group = found.find((one) => one.kind === kind)
    if (group) group.nodes.push(node)
    else found.push({ kind, nodes: [node] })
  }
  return found
}
