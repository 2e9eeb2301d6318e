# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plays through pipecat's local transport, in a pipeline that also listens."""

import asyncio
import sys
import wave
from pathlib import Path

from pipecat.frames.frames import EndFrame, Frame, InputAudioRawFrame, OutputAudioRawFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.transports.local.audio import LocalAudioTransport, LocalAudioTransportParams
from pipecat.workers.runner import WorkerRunner


class Listener(FrameProcessor):
    """Keeps what the microphone hears."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = bytearray()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, InputAudioRawFrame):
            self.heard += frame.audio
        else:
            await self.push_frame(frame, direction)


async def say(sound: str, heard: str) -> None:
    with wave.open(sound) as file:
        rate, audio = file.getframerate(), file.readframes(file.getnframes())
    parameters = LocalAudioTransportParams(audio_in_enabled=True, audio_out_enabled=True)
    transport = LocalAudioTransport(parameters)
    listener = Listener()
    worker = PipelineWorker(
        Pipeline([transport.input(), listener, transport.output()]),
        params=PipelineParams(audio_in_sample_rate=rate, audio_out_sample_rate=rate),
    )
    runner = WorkerRunner()
    await runner.add_workers(worker)
    speech = OutputAudioRawFrame(audio=audio, sample_rate=rate, num_channels=1)

    async def talk() -> None:
        await worker.queue_frame(speech)
        await asyncio.sleep(5)  # an end frame would stop the input at once
        await worker.queue_frame(EndFrame())

    await asyncio.gather(runner.run(), talk())
    Path(heard).write_bytes(listener.heard)


if __name__ == "__main__":
    asyncio.run(say(*sys.argv[1:]))
