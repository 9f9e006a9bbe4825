// The fan-out peer of `salon bench fanout`: one topic, published by uWebSockets' own publish().
//
//   uws PORT
//
// Sockets on /ws are subscribed to the one topic. What a socket on /pub sends is published to it. One thread, no TLS, no
// compression; built by scripts/bench-peers.

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "App.h"

namespace {

struct Nothing {};

constexpr std::string_view topic = "hall";
/// Bytes that may wait for one socket; what is more is dropped. The messages have a few hundred.
constexpr unsigned backpressure_max = 256 * 1024;
/// Bytes of the largest message that is taken.
constexpr unsigned payload_max = 64 * 1024;
/// Seconds of silence after which a socket is closed; pings of the library keep it open.
constexpr unsigned short idle_seconds = 120;

uWS::App::WebSocketBehavior<Nothing> behaviour() {
    uWS::App::WebSocketBehavior<Nothing> own;
    own.compression = uWS::DISABLED;
    own.maxPayloadLength = payload_max;
    own.maxBackpressure = backpressure_max;
    own.idleTimeout = idle_seconds;
    return own;
}

}  // namespace

int main(int count, char **words) {
    const int port = count == 2 ? std::atoi(words[1]) : 0;
    if (port <= 0 || port > 65535) {
        std::fprintf(stderr, "usage: uws PORT\n");
        return 2;
    }
    uWS::App app;
    auto watcher = behaviour();
    watcher.open = [](auto *socket) { socket->subscribe(topic); };
    auto publisher = behaviour();
    publisher.message = [&app](auto *, std::string_view text, uWS::OpCode code) { app.publish(topic, text, code); };
    bool listens = false;
    app.ws<Nothing>("/ws", std::move(watcher))
        .ws<Nothing>("/pub", std::move(publisher))
        .listen("127.0.0.1", port, [&listens](auto *socket) { listens = socket != nullptr; });
    if (!listens) {
        std::fprintf(stderr, "uws: cannot listen on port %d\n", port);
        return 1;
    }
    app.run();
    return 0;
}
