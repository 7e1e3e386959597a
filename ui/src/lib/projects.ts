/** How far a board of projects is: started and finished against plan, as of a day. */
import type { Project } from '@/api/govern'

export type ProjectState = 'finished' | 'late' | 'running' | 'lateStart' | 'planned'

export function projectState(project: Project, today: string): ProjectState {
  if (project.end_actual && project.end_actual <= today) return 'finished'
  if (project.end_planned && project.end_planned < today) return 'late'
  if (project.start_actual && project.start_actual <= today) return 'running'
  if (project.start_planned && project.start_planned < today) return 'lateStart'
  return 'planned'
}

export interface BoardSum {
  n: number
  started: number
  finished: number
  late: number
}

export function boardSum(projects: Project[], today: string): BoardSum {
  const states = projects.map((project) => projectState(project, today))
  return {
    n: projects.length,
    started: projects.filter((p) => (p.start_actual && p.start_actual <= today) || (p.end_actual && p.end_actual <= today)).length,
    finished: states.filter((s) => s === 'finished').length,
    late: states.filter((s) => s === 'late' || s === 'lateStart').length,
  }
}
