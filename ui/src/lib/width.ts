/** Width of an element in pixels, so that what is drawn inside has letters of the page's size at every width. */
import { onMounted, onUnmounted, ref, type Ref } from 'vue'

export function useWidth(element: Ref<HTMLElement | undefined>, first = 640): Ref<number> {
  const width = ref(first)
  let watcher: ResizeObserver | null = null
  onMounted(() => {
    watcher = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) width.value = Math.round(entry.contentRect.width)
    })
    if (element.value) watcher.observe(element.value)
  })
  onUnmounted(() => watcher?.disconnect())
  return width
}
