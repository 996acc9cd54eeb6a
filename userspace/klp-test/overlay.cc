#include "overlay.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <memory>
#include <set>

namespace suture::harness {

namespace {

struct Freer {
    void operator()(archive *writer) const { archive_write_free(writer); }
    void operator()(archive_entry *entry) const { archive_entry_free(entry); }
};

la_ssize_t append(archive *, void *bytes, const void *data, size_t size) {
    static_cast<std::string *>(bytes)->append(static_cast<const char *>(data), size);
    return static_cast<la_ssize_t>(size);
}

bool write_entry(archive *writer, const std::string &path, unsigned type, unsigned mode,
                 const std::string &content) {
    std::unique_ptr<archive_entry, Freer> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), path.c_str());
    archive_entry_set_filetype(entry.get(), type);
    archive_entry_set_perm(entry.get(), mode);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    return archive_write_header(writer, entry.get()) == ARCHIVE_OK &&
           archive_write_data(writer, content.data(), content.size()) ==
               static_cast<la_ssize_t>(content.size());
}

} // namespace

Result<std::string> make_overlay(const std::vector<OverlayFile> &files) {
    std::string bytes;
    std::unique_ptr<archive, Freer> writer(archive_write_new());
    bool good = archive_write_set_format_cpio_newc(writer.get()) == ARCHIVE_OK &&
                archive_write_open(writer.get(), &bytes, nullptr, append, nullptr) == ARCHIVE_OK;
    // The kernel makes no folder that the archive does not name.
    std::set<std::string> folders;
    for (const auto &file : files) {
        for (auto slash = file.path.find('/'); slash != std::string::npos;
             slash = file.path.find('/', slash + 1)) {
            auto folder = file.path.substr(0, slash);
            if (folders.insert(folder).second) {
                good = good && write_entry(writer.get(), folder, AE_IFDIR, 0755, "");
            }
        }
        good = good && write_entry(writer.get(), file.path, AE_IFREG, file.mode, file.content);
    }
    good = good && archive_write_close(writer.get()) == ARCHIVE_OK;
    if (!good) {
        return fail(fmt::format("cannot make the guest's overlay archive: {}",
                                archive_error_string(writer.get())));
    }
    return bytes;
}

} // namespace suture::harness
