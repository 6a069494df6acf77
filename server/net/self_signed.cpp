#include "server/net/self_signed.hpp"

#include <boost/asio/ip/address.hpp>
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <system_error>

namespace server {
namespace {

template <auto Function> struct Call {
    template <class T> void operator()(T* object) const noexcept { Function(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Call<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Call<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Call<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Call<BIO_free>>;

constexpr long a_year_in_seconds = 365L * 24 * 3600;

// "DNS:localhost,IP:127.0.0.1,…". A name with anything but letters, digits, '.', '-', '*' is left
// out: it would be read as more of the list.
std::string alternative_names(const std::vector<std::string>& hosts) {
    std::string text = "DNS:localhost,IP:127.0.0.1,IP:::1";
    for (const std::string& host : hosts) {
        boost::system::error_code not_an_address;
        boost::asio::ip::make_address(host, not_an_address);
        if (!not_an_address) {
            text += ",IP:" + host;
        } else if (!host.empty() && host != "localhost" &&
                   host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789.-*") == std::string::npos) {
            text += ",DNS:" + host;
        }
    }
    return text;
}

bool add_extension(X509* certificate, int id, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str())};
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

Certificate make_certificate(EVP_PKEY* key, const std::vector<std::string>& hosts) {
    Certificate certificate{X509_new()};
    if (!certificate) return nullptr;
    // A serial number of its own each time: browsers refuse a second certificate with the same one.
    std::uint64_t serial = 0;
    std::array<unsigned char, sizeof serial> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) return nullptr;
    std::memcpy(&serial, random.data(), random.size());
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1U);
    X509_set_version(certificate.get(), X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), a_year_in_seconds);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME* const name = X509_get_subject_name(certificate.get());
    static constexpr std::array<unsigned char, 12> common{"switchboard"};
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common.data(), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    const bool complete =
        add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE") &&
        add_extension(certificate.get(), NID_ext_key_usage, "serverAuth") &&
        add_extension(certificate.get(), NID_subject_key_identifier, "hash") &&
        add_extension(certificate.get(), NID_subject_alt_name, alternative_names(hosts)) &&
        X509_sign(certificate.get(), key, EVP_sha256()) > 0;
    return complete ? std::move(certificate) : nullptr;
}

std::string contents(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

// Beside it first, then renamed: a server that watches the file never reads half of it.
std::string write_private(const std::filesystem::path& path, const std::string& text) {
    std::error_code failed;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failed);
    const std::filesystem::path draft = path.string() + ".new";
    std::filesystem::remove(draft, failed);
    const int file =
        ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return path.string() + ": " + std::generic_category().message(errno);
    const ssize_t written = ::write(file, text.data(), text.size());
    const bool closed = ::close(file) == 0;
    if (written != static_cast<ssize_t>(text.size()) || !closed)
        return path.string() + ": cannot be written";
    std::filesystem::rename(draft, path, failed);
    return failed ? path.string() + ": " + failed.message() : std::string{};
}

}  // namespace

std::string write_self_signed(const TlsFiles& files, const std::vector<std::string>& hosts) {
    const Key key{EVP_EC_gen("P-256")};
    const Certificate certificate = key ? make_certificate(key.get(), hosts) : nullptr;
    if (!certificate) return "OpenSSL could not make a certificate";
    const Bio key_text{BIO_new(BIO_s_mem())};
    const Bio certificate_text{BIO_new(BIO_s_mem())};
    if (!key_text || !certificate_text ||
        PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                 nullptr) != 1 ||
        PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1)
        return "OpenSSL could not write a certificate";
    std::string failure = write_private(files.key, contents(key_text.get()));
    if (failure.empty())
        failure = write_private(files.certificate, contents(certificate_text.get()));
    return failure;
}

}  // namespace server
