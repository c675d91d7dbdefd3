/*
 * Light, dark, or as the system says. tokens.css holds the colours of both.
 */
import { ref, watchEffect } from 'vue'

export type Theme = 'system' | 'light' | 'dark'
const KEPT = 'jifen.theme'

const kept = localStorage.getItem(KEPT)
export const theme = ref<Theme>(kept === 'light' || kept === 'dark' ? kept : 'system')
export const dark = ref(false)

const system = matchMedia('(prefers-color-scheme: dark)')

function apply(): void {
  dark.value = theme.value === 'dark' || (theme.value === 'system' && system.matches)
  const root = document.documentElement
  root.classList.toggle('dark', dark.value)
}

/** Called once by each app; from then on the page follows `theme` and the system. */
export function followTheme(): void {
  system.addEventListener('change', apply)
  watchEffect(() => {
    if (theme.value === 'system') localStorage.removeItem(KEPT)
    else localStorage.setItem(KEPT, theme.value)
    apply()
  })
}
