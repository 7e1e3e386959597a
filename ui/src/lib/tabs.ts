/** The pages of each stage beside each other: what the row under the head shows and what the search finds. */
export const TABS: Record<string, readonly [tab: string, to: string][]> = {
  cloud: [['cloud', '/cloud'], ['air', '/air'], ['dischargers', '/dischargers'], ['rankings', '/rankings']],
  ground: [['cases', '/cases'], ['patrols', '/patrols'], ['rules', '/rules'], ['letters', '/letters'], ['hotlines', '/hotlines'], ['citizens', '/citizens'], ['signs', '/signs'], ['chiefs', '/chiefs'], ['changes', '/changes'], ['landuse', '/land-use'], ['meetings', '/meetings']],
  govern: [['govern', '/govern'], ['projects', '/projects'], ['targets', '/targets'], ['sheets', '/sheets'], ['reports', '/reports'], ['twin', '/twin']],
}
