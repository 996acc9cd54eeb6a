#include "agenda.h"

#include <algorithm>

namespace suture::harness {

std::optional<frame::Listed> Agenda::take(const std::vector<frame::Listed> &listed) {
    std::lock_guard guard(lock_);
    if (!known_) {
        known_ = true;
        choose(listed);
    }
    if (closed_ || next_ == chosen_.size()) {
        return std::nullopt;
    }
    return chosen_[next_++];
}

std::vector<frame::Listed> Agenda::close() {
    std::lock_guard guard(lock_);
    if (closed_) {
        return {};
    }
    closed_ = true;
    return {chosen_.begin() + static_cast<std::ptrdiff_t>(next_), chosen_.end()};
}

bool Agenda::wants_guest(unsigned guests) const {
    std::lock_guard guard(lock_);
    return !closed_ && (known_ ? next_ < chosen_.size() : guests == 0);
}

bool Agenda::closed() const {
    std::lock_guard guard(lock_);
    return closed_;
}

std::size_t Agenda::size() const {
    std::lock_guard guard(lock_);
    return chosen_.size();
}

std::string Agenda::problem() const {
    std::lock_guard guard(lock_);
    return problem_;
}

std::size_t Agenda::position(const std::string &id) const {
    std::lock_guard guard(lock_);
    auto found = std::ranges::find(chosen_, id, &frame::Listed::id);
    return static_cast<std::size_t>(found - chosen_.begin());
}

void Agenda::choose(const std::vector<frame::Listed> &listed) {
    std::vector<std::string> suite;
    suite.reserve(listed.size());
    for (const auto &test : listed) {
        suite.push_back(test.id);
    }
    auto chosen = select(selection_, suite);
    if (!chosen) {
        problem_ = chosen.error().message;
        return;
    }
    for (const auto &test : listed) {
        if (std::ranges::find(*chosen, test.id) != chosen->end()) {
            chosen_.push_back(test);
        }
    }
}

} // namespace suture::harness
