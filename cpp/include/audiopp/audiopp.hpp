// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "audiopp/buffer.hpp"
#include "audiopp/callback.hpp"
#include "audiopp/device.hpp"
#include "audiopp/dispatcher.hpp"
#include "audiopp/error.hpp"
#include "audiopp/flags.hpp"
#include "audiopp/host/mac_core.hpp"
#include "audiopp/host_api.hpp"
#include "audiopp/messages.hpp"
#include "audiopp/sample_format.hpp"
#include "audiopp/session.hpp"
#include "audiopp/simulation.hpp"
#include "audiopp/stream.hpp"
#include "audiopp/stream_config.hpp"
#include "audiopp/time.hpp"
#include "audiopp/version.hpp"
