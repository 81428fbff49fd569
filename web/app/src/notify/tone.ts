/** Two short soft tones, made on the spot: no sound file to load. */
export function playTone(): void {
  try {
    const audio = new AudioContext();
    const loudness = audio.createGain();
    loudness.connect(audio.destination);
    loudness.gain.setValueAtTime(0.0001, audio.currentTime);
    loudness.gain.exponentialRampToValueAtTime(0.12, audio.currentTime + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.4);
    [660, 880].forEach((pitch, index) => {
      const tone = audio.createOscillator();
      tone.frequency.value = pitch;
      tone.connect(loudness);
      tone.start(audio.currentTime + index * 0.12);
      tone.stop(audio.currentTime + index * 0.12 + 0.26);
      if (index === 1) tone.onended = () => void audio.close();
    });
  } catch {
    // Without sound the title and the list still tell.
  }
}
