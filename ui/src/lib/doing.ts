/** Something that is done on a press: busy while it runs, what went wrong as a sentence, what was done as another. */
import { ref } from 'vue'

import { useWords } from './words'
import { asApiError } from './async'

export function useDoing() {
  const { t } = useWords()
  const busy = ref(false)
  const wrong = ref('')
  const said = ref('')

  async function run(work: () => Promise<unknown>, done = ''): Promise<boolean> {
    busy.value = true
    wrong.value = said.value = ''
    try {
      await work()
      said.value = done
      return true
    } catch (failure) {
      const error = asApiError(failure)
      wrong.value = error.status === 0 ? t('state.errorOffline') : error.sentence || t('state.errorForbidden')
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, wrong, said, run }
}
