/*
 * A short sound when money arrives, made on the spot; it can be muted, and stays so.
 */
import { ref, watchEffect } from 'vue'

const KEPT = 'jifen.muted'

export const muted = ref(localStorage.getItem(KEPT) === '1')
watchEffect(() => (muted.value ? localStorage.setItem(KEPT, '1') : localStorage.removeItem(KEPT)))

let context: AudioContext | undefined

/** Browsers let a page sound only after somebody pressed something on it. */
export function readySound(): void {
  context ??= new AudioContext()
  if (context.state === 'suspended') void context.resume()
}

function tone(at: number, frequency: number): void {
  if (!context) return
  const oscillator = context.createOscillator()
  const volume = context.createGain()
  oscillator.frequency.value = frequency
  volume.gain.setValueAtTime(0.2, at)
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.18)
  oscillator.connect(volume).connect(context.destination)
  oscillator.start(at)
  oscillator.stop(at + 0.2)
}

export function soundReceipt(): void {
  if (muted.value || context?.state !== 'running') return
  tone(context.currentTime, 880)
  tone(context.currentTime + 0.14, 1175)
}
