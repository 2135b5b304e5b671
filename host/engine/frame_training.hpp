// FrameTraining: a session's training steps in slices, as many in each frame as its budget admits.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/frame_generator.hpp"
#include "host/engine/session.hpp"
#include "host/gpu/frame_queue.hpp"
#include "host/gpu/region_copy.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vkgan {

struct FrameOptions {
    // No slice is to take longer. 0: half a millisecond.
    double slice_ns = 0;
    // A step that does not fit into one frame can be given up: costs a second copy of the state in device
    // memory, and the time to copy it at the beginning of such a step.
    bool can_cancel = true;
};

// All of training at the end of a step, as bytes of a file.
struct FrameSnapshot {
    uint64_t number = 0;  // as ask_snapshot gave it
    int64_t steps = 0;
    std::vector<std::byte> bytes;
};
// Makes the file's bytes. On a thread.
using WriteSnapshot = std::function<std::vector<std::byte>(TrainingState)>;

struct FrameSteps {
    std::vector<StepResult> finished;  // since the last call, in order
    bool waits_for_inputs = false;     // the frame had room, but the next batch was not there yet
};

// What training does in frames is to the bit what Session::step does, unless a NaN is met: then it goes back
// as step does, but may have gone on for some steps meanwhile. Nothing here waits, but where it says so. One
// thread at a time. The queue may serve others, too: what they add before advance comes first.
class FrameTraining {
public:
    // Times all kernels and cuts the steps into slices; takes as long as some steps, and uses the queue's
    // device but not the queue. The session must have been started. Session and queue must outlive it.
    static Result<std::unique_ptr<FrameTraining>> create(Session& session, FrameQueue& queue,
                                                         const FrameOptions& options = {});
    ~FrameTraining();  // waits; a step in flight is finished, unless let_go
    // The session ends with it, and nothing of it is in flight any more: it ends without a look at the queue.
    void let_go() { let_go_ = true; }
    FrameTraining(const FrameTraining&) = delete;
    FrameTraining& operator=(const FrameTraining&) = delete;

    // Between the queue's begin and submit: adds the next slices, for which the frame has room. No step is
    // begun when so many are done; < 0: no limit. An error never hides steps that ended before it: these are
    // returned first, and the error by the next call.
    Result<FrameSteps> advance(int64_t last_step = -1);
    const std::optional<Error>& error() const { return error_; }  // that the next advance will return
    bool between_steps() const { return flights_.empty(); }       // nothing is in flight
    // The step in flight is given up: training goes back to the last that is complete. advance does it, in
    // its time, and begins no other before it has been between steps. A step that cannot be given up, since
    // all of it is with the device already or no copy of the state before it is kept, is completed instead.
    void cancel();
    // Completes what is in flight, whatever it takes. Waits.
    Result<FrameSteps> finish();
    // The weights of the next step's end, averages where the model keeps them, go to the generator, which
    // uses them when all are there. It must outlive this, or outlive forget.
    Status publish_to(FrameGenerator& generator);
    // False while weights are on their way to it: not yet.
    bool forget(const FrameGenerator& generator);
    // Of the next step's end, as `write` makes it of the state; next_snapshot brings it. Needs kept copies.
    Result<uint64_t> ask_snapshot(WriteSnapshot write);
    std::optional<FrameSnapshot> next_snapshot();
    // At a slice's border; between steps weights are published and snapshots taken all the same.
    void pause(bool paused) { paused_ = paused; }
    bool paused() const { return paused_; }
    // Nothing more is sent, ever.
    void stop_sending() { halted_ = true; }
    std::vector<std::pair<std::string, double>> slice_list() const;  // names and expected ns, phases in order
    double step_ns() const { return expected_ns(session_.progress().steps); }  // as expected
    // Between steps: training goes back to here from now on. Waits.
    Status keep_now();
    double part_done() const;         // of steps that are in flight, by expected time, from 0
    int slices() const;               // of all phases, once each
    double longest_slice_ns() const;  // as expected now
    int64_t copied_bytes() const;     // in the copies of the state

private:
    enum class Kind : uint8_t { execution, keep, mark, publish, back_to_kept, back_to_mark };
    struct Flight {
        Kind kind = Kind::execution;
        Session::Place place;
        size_t phase = 0;
        int slot = 0;
        size_t publication = 0;
        int next = 0, pieces = 0;  // to be sent
        uint64_t last = 0;         // submission that held the last so far
        bool ends_step = false;
    };
    struct Ahead {  // inputs that a thread writes
        Session::Place place;
        size_t phase = 0;
        int slot = 0;
        Status status;
        std::atomic<bool> ready{false};
    };
    enum class Check : uint8_t { none, running, fine, poisoned };
    struct Kept {
        std::unique_ptr<RegionCopy> copy;
        int64_t steps = -1;  // done before it
        std::map<std::string, int64_t, std::less<>> tracked;
    };
    struct Publication {
        FrameGenerator* generator = nullptr;
        std::unique_ptr<CopyList> copies;
        bool asked = false;
        uint64_t last = 0;  // submission that had some of it
    };
    // Of the copy that is being looked through, as the thread finds them.
    struct AskedSnapshot {
        uint64_t number = 0;
        WriteSnapshot write;
        TrainingState state;  // but for the variables
    };

    FrameTraining(Session& session, FrameQueue& queue, const FrameOptions& options)
        : session_(session), queue_(queue), options_(options) {}
    Status make();
    Status cut();
    Status make_copies();
    Status keep_by(FrameQueue& queue);
    Status go_on(FrameSteps& steps, int64_t last_step);
    Status collect(FrameSteps& steps);
    Status collect_one(const Flight& flight, FrameSteps& steps);
    Status end_step(FrameSteps& steps);
    Status check_kept(FrameSteps& steps);
    void start_check();
    Status go_back(const std::string& what, FrameSteps& steps);
    bool undo();
    Status send(FrameSteps& steps, int64_t last_step);
    Result<bool> begin_next(FrameSteps& steps, int64_t last_step);
    Status begin_execution();
    void begin_copy(Kind kind, int pieces);
    bool begin_publication();
    void write_snapshots();
    void begin_keep();
    bool keep_is_due() const;
    bool keeps() const;
    int add(const Flight& flight);
    double expected_ns(int64_t step) const;
    void stage();
    bool is_staged() const;
    bool all_staged() const;
    bool slot_is_free(size_t phase, int slot) const;
    Session::Place after(const Session::Place& place) const;
    void set_cursor(int64_t step);

    Session& session_;
    FrameQueue& queue_;
    FrameOptions options_;
    std::vector<std::string> regions_;  // with the state
    std::deque<Flight> flights_;        // in order; only the last may have pieces to send
    std::optional<Error> error_;
    bool over_ = false;      // there is nothing that training could go back to
    Session::Place cursor_;  // what is sent next
    StepResult current_;     // of the step whose executions come in
    double step_begin_ns_ = 0;
    static constexpr size_t most_ahead = 8;
    std::array<Ahead, most_ahead> ahead_;
    uint64_t staged_ = 0, used_ = 0;  // of ahead_, in a ring
    Session::Place to_stage_;
    std::vector<int> next_slot_;  // of each phase
    Kept kept_, incoming_;
    int64_t asked_to_keep_ = -1;  // the step at which kept or incoming was last taken
    Kept mark_;                   // before a step that may be given up
    std::atomic<Check> check_{Check::none};
    std::string poisoned_;                  // by whom
    std::deque<Publication> publications_;  // one for each generator; its place never changes
    uint64_t snapshots_asked_ = 0;
    std::vector<AskedSnapshot> asked_snapshots_, taking_snapshots_, looked_through_;
    std::vector<FrameSnapshot> written_;  // by the thread, until check_ says that it is done
    std::deque<FrameSnapshot> snapshots_;
    bool undoing_ = false, undo_to_mark_ = false, stopping_ = false;
    bool paused_ = false, halted_ = false, let_go_ = false;
};

}  // namespace vkgan
