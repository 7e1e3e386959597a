/**
 * The symbol set: one drawing for map, lists and legend. Each symbol is a handful of SVG paths in a 24 × 24 box,
 * drawn by `Sym.vue` as SVG and by `images.ts` on a canvas for the map.
 */

export type SymbolName =
  | 'station-alive'
  | 'station-late'
  | 'station-silent'
  | 'section'
  | 'target'
  | 'outfall'
  | 'works'
  | 'enterprise'
  | 'intake'
  | 'gate'
  | 'reservoir'
  | 'lake'
  | 'dam'
  | 'weir'
  | 'dike'
  | 'bridge'
  | 'pump'
  | 'camera'
  | 'region'
  | 'case'
  | 'alert'
  | 'alert-ring'
  | 'finding'
  | 'photo'
  | 'project'
  | 'patrol'
  | 'flight'

/** `main` is the symbol's own colour, `ground` the colour behind it, `edge` ink around a pale one, `none` no fill. */
export interface Stroke {
  d: string
  fill?: 'main' | 'ground' | 'none'
  stroke?: 'main' | 'ground' | 'edge'
  width?: number
  dash?: number[]
}

const circle = (r: number): string => `M${12 - r} 12a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`

const BASIN: readonly Stroke[] = [{ d: 'M3.5 7h17c0 7-3.5 10.5-8.5 10.5S3.5 14 3.5 7z', fill: 'main', stroke: 'ground', width: 1.6 }]
/** Built into the river: a bar across it. */
const ACROSS: readonly Stroke[] = [{ d: 'M9 3.5h6v17H9z', fill: 'main', stroke: 'ground', width: 1.6 }]

export const SHAPES: Record<SymbolName, readonly Stroke[]> = {
  project: [
    { d: 'M4.5 4.5h15v15h-15z', fill: 'main', stroke: 'ground', width: 2 },
    { d: 'M8.5 16v-8l6.5 2.6-6.5 2.6', fill: 'ground' },
  ],
  // filled: alive; ring: late; crossed: silent
  'station-alive': [{ d: circle(6.5), fill: 'main', stroke: 'ground', width: 2 }],
  'station-late': [
    { d: circle(7.5), fill: 'ground' },
    { d: circle(5.2), fill: 'ground', stroke: 'main', width: 2.6 },
  ],
  'station-silent': [
    { d: circle(8), fill: 'ground' },
    { d: circle(6), fill: 'ground', stroke: 'main', width: 2 },
    { d: 'M8.5 8.5l7 7M15.5 8.5l-7 7', fill: 'none', stroke: 'main', width: 2 },
  ],
  section: [{ d: 'M12 3.5L20.5 12L12 20.5L3.5 12z', fill: 'main', stroke: 'ground', width: 2 }],
  // the outlook of a section: its diamond, filled with the probability
  target: [
    { d: 'M12 2L22 12L12 22L2 12z', fill: 'main', stroke: 'ground', width: 1.6 },
    { d: 'M12 3.2L20.8 12L12 20.8L3.2 12z', fill: 'none', stroke: 'edge', width: 1.2 },
  ],
  // points to the water
  outfall: [{ d: 'M4.5 6h15L12 19z', fill: 'main', stroke: 'ground', width: 1.6 }],
  works: [
    { d: 'M4.5 8h15L12 20.5z', fill: 'main', stroke: 'ground', width: 1.6 },
    { d: 'M5 4.5h14', fill: 'none', stroke: 'main', width: 2.6 },
  ],
  enterprise: [
    { d: 'M5 19.5V9l4.5 3V9l4.5 3V4.5h5v15z', fill: 'main', stroke: 'ground', width: 1.4 },
  ],
  intake: [{ d: 'M4.5 18h15L12 5z', fill: 'main', stroke: 'ground', width: 1.6 }],
  gate: [
    { d: 'M3.5 9.5h17v5h-17z', fill: 'main', stroke: 'ground', width: 1.6 },
    { d: 'M7 6v12M17 6v12', fill: 'none', stroke: 'main', width: 2 },
  ],
  reservoir: BASIN,
  lake: BASIN,
  dam: ACROSS,
  weir: ACROSS,
  dike: ACROSS,
  bridge: ACROSS,
  pump: ACROSS,
  camera: [
    { d: 'M3.5 8h12v9h-12z', fill: 'main', stroke: 'ground', width: 1.6 },
    { d: 'M15.5 12.5l5-3.5v7z', fill: 'main', stroke: 'ground', width: 1.2 },
  ],
  region: [{ d: circle(3), fill: 'main' }],
  case: [
    { d: 'M12 22C8.5 17.6 5 14 5 9.4a7 7 0 0 1 14 0C19 14 15.5 17.6 12 22z', fill: 'main', stroke: 'ground', width: 1.4 },
  ],
  alert: [
    { d: circle(10), fill: 'none', stroke: 'main', width: 1.6 },
    { d: circle(5.5), fill: 'main' },
  ],
  // around what it is about, so that the class in the middle stays readable
  'alert-ring': [
    { d: circle(10.6), fill: 'none', stroke: 'ground', width: 3.6 },
    { d: circle(10.6), fill: 'none', stroke: 'main', width: 2 },
  ],
  finding: [
    { d: 'M5 5h14v14H5z', fill: 'ground', stroke: 'main', width: 2 },
    { d: 'M12 8v8M8 12h8', fill: 'none', stroke: 'main', width: 2 },
  ],
  photo: [
    { d: 'M5 6.5h14v11H5z', fill: 'main', stroke: 'ground', width: 1.6 },
    { d: circle(2.6), fill: 'ground' },
  ],
  patrol: [{ d: 'M3 17c4-8 6 2 9-4s5-3 9-8', fill: 'none', stroke: 'main', width: 2.2, dash: [1, 4] }],
  flight: [
    { d: 'M3 20L19 5', fill: 'none', stroke: 'main', width: 1.8 },
    { d: 'M20.5 3.5l-2 7-5-5z', fill: 'main' },
  ],
}
