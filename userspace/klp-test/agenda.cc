#include "agenda.h"

#include <algorithm>
#include <utility>

namespace suture::harness {

std::optional<frame::Listed> Agenda::take(const std::vector<frame::Listed> &listed) {
    std::lock_guard guard(lock_);
    if (!known_) {
        known_ = true;
        choose(listed);
    }
    if (closed_) {
        return std::nullopt;
    }
    if (!returned_.empty()) {
        auto test = std::move(returned_.back());
        returned_.pop_back();
        return test;
    }
    return next_ < chosen_.size() ? std::optional(chosen_[next_++]) : std::nullopt;
}

bool Agenda::put_back(const frame::Listed &test) {
    std::lock_guard guard(lock_);
    if (!closed_) {
        returned_.push_back(test);
    }
    return !closed_;
}

std::vector<frame::Listed> Agenda::close() {
    std::lock_guard guard(lock_);
    if (closed_) {
        return {};
    }
    closed_ = true;
    auto left = std::exchange(returned_, {});
    left.insert(left.end(), chosen_.begin() + static_cast<std::ptrdiff_t>(next_), chosen_.end());
    return left;
}

bool Agenda::wants_guest(unsigned guests) const {
    std::lock_guard guard(lock_);
    bool any = !returned_.empty() || next_ < chosen_.size();
    return !closed_ && (known_ ? any : guests == 0);
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
